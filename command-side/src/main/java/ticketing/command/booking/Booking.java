package ticketing.command.booking;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import java.util.List;
import java.util.Objects;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.jspecify.annotations.Nullable;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.booking.BookingId;

/** Axon's thin shell around {@link BookingState}. Its commands concern its tickets too and so come through {@link BookingCommandHandler}. */
final class Booking {

    @AggregateIdentifier
    private @Nullable BookingId id;

    private BookingState state = new BookingState.Unknown();
    private List<BookedTicket> tickets = List.of();

    BookingId id() {
        return Objects.requireNonNull(id);
    }

    BookingState state() {
        return state;
    }

    /** Its tickets, in the order they were asked for; none before it is reserved. */
    List<BookedTicket> tickets() {
        return tickets;
    }

    /** Whether it has ended, or its tickets are sold and paid for: then only a refund is left that somebody may want. */
    boolean isOver() {
        return state instanceof BookingState.Closed
                || (state instanceof BookingState.Confirmed sold && sold.captured() && !sold.refunding());
    }

    void happened(BookingEvent event) {
        apply(event);
    }

    @EventSourcingHandler
    void on(BookingEvent event) {
        id = event.bookingId();
        state = BookingState.evolve(state, event);
        if (event instanceof BookingEvent.BookingReserved reserved) {
            tickets = reserved.tickets();
        }
    }
}
