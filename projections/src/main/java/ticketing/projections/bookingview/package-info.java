/** Bookings with their tickets and payments, as their buyers see them. */
@NullMarked
package ticketing.projections.bookingview;

import org.jspecify.annotations.NullMarked;
