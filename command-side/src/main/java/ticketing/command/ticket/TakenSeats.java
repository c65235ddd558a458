package ticketing.command.ticket;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.eventhandling.DomainEventMessage;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import ticketing.command.GenerationalCache;
import ticketing.command.SoleWriter;
import ticketing.command.eventstore.GroupCommit;
import ticketing.command.eventstore.Streams;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.booking.BookingId;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;
import ticketing.messages.ticket.TicketId;

/**
 * Seats that are known to be taken, so that the commonest answer of an on-sale, no, costs no lock, no read and no transaction. It only ever refuses: a seat
 * that it doesn't know is decided by its ticket as always. It follows what this node has stored, before anybody is told of it, and is of use only where no
 * other process writes.
 */
@Component
public final class TakenSeats implements GroupCommit.Witness {

    /** About 150 bytes each. */
    private static final int MOST = 250_000;

    /** Until when, exclusive. */
    private final GenerationalCache<TicketId, Instant> seats = new GenerationalCache<>(MOST);

    private final Streams streams;
    private final boolean soleWriter;

    TakenSeats(GroupCommit groupCommit, Streams streams, SoleWriter soleWriter) {
        this.streams = streams;
        this.soleWriter = soleWriter.sole();
        if (soleWriter.sole()) {
            groupCommit.onWritten(this);
        }
    }

    /** Whether a booking may have been made before, which only its own events can tell; if not, what is taken is taken by others. */
    public boolean mayBeRepeated(BookingId bookingId) {
        return !soleWriter || streams.mayExist(bookingId.value());
    }

    /** Which of these tickets somebody surely has now. */
    public List<TicketId> among(List<BookedTicket> wanted, Instant now) {
        List<TicketId> taken = new ArrayList<>();
        for (BookedTicket ticket : wanted) {
            Instant known = seats.get(ticket.ticketId());
            if (known != null && now.isBefore(known)) {
                taken.add(ticket.ticketId());
            }
        }
        return taken;
    }

    /** Remembers what a ticket said itself. To be called with the ticket locked, so that no newer event is overtaken. */
    public void note(TicketId ticketId, Ticket ticket) {
        if (soleWriter && ticket.state() instanceof TicketState.Held held) {
            seats.put(ticketId, held.expiresAt());
        } else if (soleWriter && ticket.state() instanceof TicketState.Sold) {
            seats.put(ticketId, Instant.MAX);
        }
    }

    @Override
    public void perhapsStored(DomainEventMessage<?> message) {
        if (message.getPayload() instanceof TicketEvent event) {
            seats.remove(event.ticketId());
        }
    }

    @Override
    public void stored(DomainEventMessage<?> message) {
        if (message.getPayload() instanceof TicketEvent event) {
            Instant until = until(event);
            if (until == null) {
                seats.remove(event.ticketId());
            } else {
                seats.put(event.ticketId(), until);
            }
        }
    }

    private static @Nullable Instant until(TicketEvent event) {
        return switch (event) {
            case TicketReserved reserved -> reserved.expiresAt();
            case TicketRetimed retimed -> retimed.expiresAt();
            case TicketConfirmed _ -> Instant.MAX;
            case TicketReleased _, TicketExpired _, TicketRefunded _ -> null;
        };
    }
}
