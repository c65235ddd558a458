package ticketing.command.ticket;

import java.time.Instant;
import java.util.List;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.jspecify.annotations.Nullable;
import ticketing.messages.booking.BookingId;
import ticketing.messages.ticket.TicketCommand;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketId;

/**
 * Axon's thin shell around {@link TicketState}: the single writer of one seat. A ticket that nobody ever wanted has no events; it is created by its
 * first reservation. Whether it is for sale at all is the show's decision, taken before a booking comes here. It handles no commands of its own accord:
 * only a booking that holds its lock asks it, so that nobody gets around the show's terms.
 */
public final class Ticket {

    // Read by Axon.
    @AggregateIdentifier
    @SuppressWarnings("UnusedVariable")
    private @Nullable TicketId id;

    private TicketState state = new TicketState.Available();

    TicketState state() {
        return state;
    }

    /** Whether this booking could hold the ticket now; a booking asks all of its tickets before it changes any. */
    public boolean freeFor(BookingId booking, Instant now) {
        return state.freeFor(booking, now);
    }

    /**
     * What the command would lead to; a booking asks all of its tickets before any of them changes.
     *
     * @throws ticketing.messages.Rejected if the ticket refuses
     */
    public List<TicketEvent> decide(TicketCommand command, Instant now) {
        return state.decide(command, now);
    }

    /** Applies what was decided. */
    public void happened(List<TicketEvent> events) {
        events.forEach(AggregateLifecycle::apply);
    }

    @EventSourcingHandler
    void on(TicketEvent event) {
        id = event.ticketId();
        state = TicketState.evolve(state, event);
    }
}
