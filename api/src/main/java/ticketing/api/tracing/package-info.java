/** Traces from a request through its command to the read models, where somebody collects them. */
@NullMarked
package ticketing.api.tracing;

import org.jspecify.annotations.NullMarked;
