package ticketing.messages.booking;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;

/** Asks a buyer's question for one booking; answered with {@link Booking} or, also if it is somebody else's, nothing. */
public record BookingOf(BookingId bookingId, UserId buyerId) {

    /**
     * A booking as its buyer sees it.
     *
     * @param expiresAt when the hold ends or ended
     * @param expiresInSeconds 0 unless the booking is RESERVED
     * @param payment the last attempt to pay; absent before the first
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Booking(
            BookingId bookingId,
            BookingStatus status,
            ShowId eventId,
            String eventName,
            Instant startsAt,
            ZoneId zone,
            List<Ticket> tickets,
            Money total,
            Instant expiresAt,
            long expiresInSeconds,
            @Nullable Payment payment) {}

    /** @param row empty in a standing area */
    public record Ticket(TicketId ticketId, String section, String row, String seat, Money price) {}
}
