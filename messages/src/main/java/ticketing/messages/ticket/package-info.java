/** Tickets: the right to one seat at one show. */
@NullMarked
package ticketing.messages.ticket;

import org.jspecify.annotations.NullMarked;
