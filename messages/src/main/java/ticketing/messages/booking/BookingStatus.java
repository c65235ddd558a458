package ticketing.messages.booking;

/** Where a booking stands. */
public enum BookingStatus {
    RESERVED,
    CONFIRMED,
    EXPIRED,
    RELEASED,
    REFUNDED
}
