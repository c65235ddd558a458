/** A buyer's bookings. */
@NullMarked
package ticketing.query.booking;

import org.jspecify.annotations.NullMarked;
