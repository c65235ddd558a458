/** A buyer's tickets over HTTP. */
@NullMarked
package ticketing.api.ticket;

import org.jspecify.annotations.NullMarked;
