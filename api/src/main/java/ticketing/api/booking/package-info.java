/** Bookings over HTTP. */
@NullMarked
package ticketing.api.booking;

import org.jspecify.annotations.NullMarked;
