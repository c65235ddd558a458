package ticketing.command.booking;

import ticketing.command.PolicyScope;
import ticketing.messages.booking.BookingId;

/** The deadline at a hold's end, and whenever else a booking should be looked at again. */
record HoldEnds(BookingId bookingId) {
    static final String DEADLINE = "hold-ends";
    static final PolicyScope SCOPE = new PolicyScope("booking-alarm");
}
