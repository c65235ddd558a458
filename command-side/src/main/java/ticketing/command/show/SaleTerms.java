package ticketing.command.show;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.NotOnSale;
import ticketing.messages.Rejection.ShowNotFound;
import ticketing.messages.Rejection.TicketNotFound;
import ticketing.messages.Rejection.TooManyTickets;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.ticket.TicketId;

/**
 * Under which terms tickets of a show can be booked; read off the show's events, without its lock, so that buyers do not queue behind one another.
 *
 * @param sections in seat order
 */
public record SaleTerms(
        ShowId showId, UserId organizerId, ShowStatus status, ShowDetails details, List<PricedSection> sections) {

    /**
     * The terms after these events of a show, from its first on.
     *
     * @throws Rejected if there are none
     */
    public static SaleTerms after(ShowId showId, Iterable<ShowEvent> events) {
        ShowState state = new ShowState.Unknown();
        for (ShowEvent event : events) {
            state = ShowState.evolve(state, event);
        }
        return of(showId, state);
    }

    static SaleTerms of(ShowId showId, ShowState state) {
        return switch (state) {
            case ShowState.Unknown _ -> throw new Rejected(new ShowNotFound(showId));
            case ShowState.Draft s -> new SaleTerms(showId, s.organizerId(), ShowStatus.DRAFT, s.details(), List.of());
            case ShowState.Published s ->
                new SaleTerms(showId, s.organizerId(), ShowStatus.PUBLISHED, s.details(), s.sections());
            case ShowState.Cancelled s ->
                new SaleTerms(showId, s.organizerId(), ShowStatus.CANCELLED, s.details(), List.of());
        };
    }

    /**
     * What these tickets cost, in the order asked for.
     *
     * @throws Rejected if one of them is not for sale at this show
     */
    public List<BookedTicket> quote(List<TicketId> ticketIds) {
        List<BookedTicket> quoted = new ArrayList<>(ticketIds.size());
        List<TicketId> unknown = new ArrayList<>();
        Set<TicketId> distinct = new HashSet<>();
        for (TicketId ticketId : ticketIds) {
            PricedSection section = ticketId.showId().equals(showId) ? sectionOf(ticketId.seat()) : null;
            if (section == null || section.price() == null) {
                unknown.add(ticketId);
            } else if (distinct.add(ticketId)) {
                quoted.add(new BookedTicket(ticketId, section.name(), section.price()));
            }
        }
        if (!unknown.isEmpty()) {
            throw new Rejected(new TicketNotFound(unknown));
        }
        return quoted;
    }

    /** @throws Rejected as if there were no such show, if it is a draft of somebody else's */
    public void checkVisibleTo(UserId viewer) {
        if (status == ShowStatus.DRAFT && !organizerId.equals(viewer)) {
            throw new Rejected(new ShowNotFound(showId));
        }
    }

    /** @throws Rejected if these are more tickets than one booking may have */
    public void checkQuantity(int tickets) {
        if (tickets > details.maxTicketsPerBooking()) {
            throw new Rejected(new TooManyTickets(tickets, details.maxTicketsPerBooking()));
        }
    }

    /** @throws Rejected if nothing can be booked now; what is held already can still be paid for, unless the show is cancelled */
    public void checkOnSale(Instant now) {
        Instant onSaleAt = details.onSaleAt();
        if (status == ShowStatus.CANCELLED) {
            throw new Rejected(new NotOnSale(showId, "The event is cancelled.", null));
        }
        if (status != ShowStatus.PUBLISHED) {
            throw new Rejected(new NotOnSale(showId, "The event is not published.", null));
        }
        if (onSaleAt != null && now.isBefore(onSaleAt)) {
            throw new Rejected(new NotOnSale(showId, "The sale has not begun.", onSaleAt));
        }
        if (!now.isBefore(details.saleEndsAt())) {
            throw new Rejected(new NotOnSale(showId, "The sale is over.", null));
        }
    }

    private @Nullable PricedSection sectionOf(int seat) {
        int low = 0;
        int high = sections.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            PricedSection section = sections.get(middle);
            if (section.contains(seat)) {
                return section;
            }
            if (seat < section.firstSeat()) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return null;
    }
}
