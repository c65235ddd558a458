package ticketing.api.booking;

import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.BookingStatus;

/** A booking that was taken back, as its show's organizer may see it. */
public record Refunded(BookingId bookingId, BookingStatus status) {}
