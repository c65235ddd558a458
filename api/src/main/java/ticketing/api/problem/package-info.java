/** Every "no" of the API, as RFC 9457 problem documents: the one place where refusals and faults get their code and status. */
@NullMarked
package ticketing.api.problem;

import org.jspecify.annotations.NullMarked;
