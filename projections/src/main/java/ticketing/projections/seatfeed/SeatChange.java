package ticketing.projections.seatfeed;

import java.util.List;
import java.util.Optional;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;

/** An event of the store, reduced to what it does to a seat map. */
sealed interface SeatChange {

    /** The event's global position. */
    long position();

    ShowId showId();

    /** The show has seats from here on. */
    record Opened(long position, ShowId showId, List<PricedSection> sections) implements SeatChange {
        public Opened {
            sections = List.copyOf(sections);
        }
    }

    /** One seat has this status from here on. */
    record Changed(long position, ShowId showId, int seat, SeatStatus status) implements SeatChange {}

    /** Nothing of the show is for sale any more, whatever still happens to its tickets. */
    record Closed(long position, ShowId showId) implements SeatChange {}

    /** Whether events of this class can change a seat map; lets the feed leave all others undecoded. */
    static boolean isMadeOf(Class<?> eventType) {
        return TicketEvent.class.isAssignableFrom(eventType)
                || eventType == ShowPublished.class
                || eventType == ShowCancelled.class;
    }

    /** What this event does to a seat map, if anything. */
    static Optional<SeatChange> of(long position, Object event) {
        return switch (event) {
            case TicketEvent ticket ->
                Optional.of(new Changed(
                        position, ticket.ticketId().showId(), ticket.ticketId().seat(), statusAfter(ticket)));
            case ShowPublished published -> Optional.of(new Opened(position, published.showId(), published.sections()));
            case ShowCancelled cancelled -> Optional.of(new Closed(position, cancelled.showId()));
            default -> Optional.empty();
        };
    }

    private static SeatStatus statusAfter(TicketEvent event) {
        return switch (event) {
            case TicketReserved _, TicketRetimed _ -> SeatStatus.HELD;
            case TicketConfirmed _ -> SeatStatus.SOLD;
            case TicketReleased _, TicketExpired _, TicketRefunded _ -> SeatStatus.AVAILABLE;
        };
    }
}
