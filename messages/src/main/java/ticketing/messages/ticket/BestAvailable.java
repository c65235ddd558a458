package ticketing.messages.ticket;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowId;

/**
 * Asks for free seats side by side, near the middle and the front; answered with {@link Choice} or, for a show that is not published, nothing. It
 * is a proposal: somebody else may be faster.
 *
 * @param section only in the section of this name
 * @param maxPrice for each ticket, in the show's currency
 * @param accessible at least one of the seats can be taken by a wheelchair user
 * @param except tickets not to propose, because they were just found to be taken
 * @param seed buyers with different seeds get different ones of the good seats, 0 always the best
 */
public record BestAvailable(
        ShowId showId,
        int quantity,
        @Nullable String section,
        @Nullable BigDecimal maxPrice,
        boolean accessible,
        List<TicketId> except,
        long seed) {

    public static final int MOST = ShowDetails.MOST_TICKETS;

    public BestAvailable {
        if (quantity < 1 || quantity > MOST) {
            throw new IllegalArgumentException("quantity is between 1 and " + MOST);
        }
        except = List.copyOf(except);
    }

    /**
     * As many tickets as were asked for, or none.
     *
     * @param sectionKnown false if the question names a section that the show does not sell
     */
    public record Choice(List<TicketId> ticketIds, boolean sectionKnown) {

        /** Nothing to propose. */
        public static final Choice NONE = new Choice(List.of(), true);
    }
}
