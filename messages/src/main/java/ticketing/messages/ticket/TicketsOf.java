package ticketing.messages.ticket;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.show.ShowId;

/**
 * Asks for the tickets of a show; answered with {@link Tickets} or, if there is no such show for this viewer, nothing.
 *
 * @param viewer who asks, if known
 * @param seesDrafts whether the viewer may see everybody's drafts
 * @param section only of the section of this name
 * @param status only of this status
 */
public record TicketsOf(
        ShowId showId,
        @Nullable UserId viewer,
        boolean seesDrafts,
        @Nullable String section,
        @Nullable TicketStatus status) {

    /** In the order of the layout. */
    public record Tickets(List<Ticket> tickets) {}

    /** @param row empty in a standing area */
    public record Ticket(
            TicketId ticketId, String section, String row, String seat, Money price, TicketStatus status) {}
}
