/** Tickets: of a show, of a buyer, and the best that are free. */
@NullMarked
package ticketing.query.ticket;

import org.jspecify.annotations.NullMarked;
