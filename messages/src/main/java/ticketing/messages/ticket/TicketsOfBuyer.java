package ticketing.messages.ticket;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingsOf;
import ticketing.messages.ticket.TicketOfBuyer.OwnedTicket;

/**
 * Asks for the tickets that a person has bought, the latest booking's first.
 *
 * @param cursor where the last page ended; absent for the first page
 * @param limit how many bookings' tickets make a page
 */
public record TicketsOfBuyer(UserId buyerId, @Nullable String cursor, int limit) {

    /** @throws IllegalArgumentException if no page ever ended at this cursor, or the limit is out of bounds */
    public TicketsOfBuyer {
        BookingsOf.checkPage(cursor, limit);
    }

    /** @param nextCursor absent after the last page */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Page(List<OwnedTicket> tickets, @Nullable String nextCursor) {}
}
