/** Bookings: all of the tickets or none, and what happens when a hold ends. */
@NullMarked
package ticketing.command.booking;

import org.jspecify.annotations.NullMarked;
