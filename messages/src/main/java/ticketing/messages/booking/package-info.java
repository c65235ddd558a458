/** Bookings: one buyer's all-or-nothing purchase of some tickets. */
@NullMarked
package ticketing.messages.booking;

import org.jspecify.annotations.NullMarked;
