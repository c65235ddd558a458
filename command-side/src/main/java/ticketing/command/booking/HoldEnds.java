package ticketing.command.booking;

import ticketing.command.PolicyScope;
import ticketing.messages.StoredAs;
import ticketing.messages.booking.BookingId;

/** The deadline at a hold's end, and whenever else a booking should be looked at again. */
@StoredAs("deadline.HoldEnds")
public record HoldEnds(BookingId bookingId) {
    public static final String DEADLINE = "hold-ends";
    public static final PolicyScope SCOPE = new PolicyScope("booking-alarm");
}
