package ticketing.command.ticket;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.stereotype.Component;
import ticketing.command.AggregateRepositories;
import ticketing.messages.booking.BookingId;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketId;

/**
 * Looks whether tickets are gone without waiting in the queue for them. In a hot sale most who queue for a seat would only learn at its head that it is
 * taken, and hold up, with the locks of their other seats, everybody behind them.
 */
@Component
public final class TicketGlance {

    private final AggregateRepositories repositories;
    private final EventStore events;

    TicketGlance(AggregateRepositories repositories, EventStore events) {
        this.repositories = repositories;
        this.events = events;
    }

    /**
     * The tickets that are certainly not to be had for this booking; none if nobody else is after them, for then the locks tell it as fast. A ticket that is
     * not among them may be taken all the same.
     */
    public List<TicketId> takenFromUnder(List<TicketId> ticketIds, BookingId booking, Instant now) {
        if (ticketIds.stream().noneMatch(ticket -> repositories.isWanted(ticket.value()))) {
            return List.of();
        }
        return ticketIds.stream()
                .filter(ticket -> !stateOf(ticket).freeFor(booking, now))
                .toList();
    }

    private TicketState stateOf(TicketId ticketId) {
        TicketState state = new TicketState.Available();
        Iterator<? extends DomainEventMessage<?>> stream =
                events.readEvents(ticketId.value()).asStream().iterator();
        while (stream.hasNext()) {
            if (stream.next().getPayload() instanceof TicketEvent event) {
                state = TicketState.evolve(state, event);
            }
        }
        return state;
    }
}
