package ticketing.messages.booking;

import java.time.Instant;
import java.util.List;
import ticketing.messages.Money;

/** The answer to a reservation. */
public record Reserved(BookingId bookingId, List<BookedTicket> tickets, Money total, Instant expiresAt) {}
