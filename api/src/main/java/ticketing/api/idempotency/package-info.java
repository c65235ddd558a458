/** The same request under the same Idempotency-Key is carried out once. */
@NullMarked
package ticketing.api.idempotency;

import org.jspecify.annotations.NullMarked;
