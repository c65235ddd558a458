package ticketing.command.ticket;

import java.time.Instant;
import java.util.List;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.HoldExpired;
import ticketing.messages.Rejection.SeatTaken;
import ticketing.messages.booking.BookingId;
import ticketing.messages.ticket.TicketCommand;
import ticketing.messages.ticket.TicketCommand.ConfirmTicket;
import ticketing.messages.ticket.TicketCommand.ExpireTicket;
import ticketing.messages.ticket.TicketCommand.RefundTicket;
import ticketing.messages.ticket.TicketCommand.ReleaseTicket;
import ticketing.messages.ticket.TicketCommand.ReserveTicket;
import ticketing.messages.ticket.TicketCommand.RetimeTicket;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;

/**
 * All that a ticket's decisions depend on. Both functions are pure: what happens follows from state, command and time alone.
 *
 * <p>The hold's {@code expiresAt} is the truth: from that instant on the ticket is free, whether or not an alarm has said so.
 */
public sealed interface TicketState {

    /** Nobody has it. */
    record Available() implements TicketState {}

    /** One booking holds it until {@code expiresAt}, exclusive. */
    record Held(BookingId bookingId, Money price, Instant expiresAt) implements TicketState {
        boolean lapsed(Instant now) {
            return !now.isBefore(expiresAt);
        }

        boolean liveFor(BookingId booking, Instant now) {
            return bookingId.equals(booking) && !lapsed(now);
        }
    }

    /** One booking has bought it. */
    record Sold(BookingId bookingId, Money price) implements TicketState {}

    /** The state after this event. */
    static TicketState evolve(TicketState state, TicketEvent event) {
        return switch (event) {
            case TicketReserved e -> new Held(e.bookingId(), e.price(), e.expiresAt());
            case TicketRetimed e ->
                state instanceof Held held ? new Held(e.bookingId(), held.price(), e.expiresAt()) : state;
            case TicketConfirmed e -> new Sold(e.bookingId(), e.price());
            case TicketReleased _, TicketExpired _, TicketRefunded _ -> new Available();
        };
    }

    /** Whether this booking could hold the ticket now. */
    default boolean freeFor(BookingId booking, Instant now) {
        return switch (this) {
            case Available _ -> true;
            case Held held -> held.lapsed(now) || held.bookingId().equals(booking);
            case Sold _ -> false;
        };
    }

    /**
     * What the command leads to; nothing, if it has been done before or is no longer due.
     *
     * @throws Rejected if the ticket refuses
     */
    default List<TicketEvent> decide(TicketCommand command, Instant now) {
        return switch (command) {
            case ReserveTicket c -> reserve(c, now);
            case RetimeTicket c -> retime(c, now);
            case ConfirmTicket c -> confirm(c, now);
            case ReleaseTicket c ->
                this instanceof Held held && held.bookingId().equals(c.bookingId())
                        ? List.of(new TicketReleased(c.ticketId(), c.bookingId()))
                        : List.of();
            case ExpireTicket c ->
                this instanceof Held held && held.bookingId().equals(c.bookingId()) && held.lapsed(now)
                        ? List.of(new TicketExpired(c.ticketId(), c.bookingId()))
                        : List.of();
            case RefundTicket c ->
                this instanceof Sold sold && sold.bookingId().equals(c.bookingId())
                        ? List.of(new TicketRefunded(c.ticketId(), c.bookingId(), sold.price()))
                        : List.of();
        };
    }

    private List<TicketEvent> reserve(ReserveTicket c, Instant now) {
        TicketReserved reserved = new TicketReserved(c.ticketId(), c.bookingId(), c.price(), c.expiresAt());
        return switch (this) {
            case Available _ -> List.of(reserved);
            case Held held
            when held.lapsed(now) -> List.of(new TicketExpired(c.ticketId(), held.bookingId()), reserved);
            case Held held when held.bookingId().equals(c.bookingId()) -> List.of();
            case Held _, Sold _ -> throw new Rejected(new SeatTaken(List.of(c.ticketId())));
        };
    }

    private List<TicketEvent> retime(RetimeTicket c, Instant now) {
        if (this instanceof Held held && held.liveFor(c.bookingId(), now)) {
            if (c.expiresAt().equals(held.expiresAt())) {
                return List.of();
            }
            TicketRetimed retimed = new TicketRetimed(c.ticketId(), c.bookingId(), c.expiresAt());
            return c.expiresAt().isAfter(now)
                    ? List.of(retimed)
                    : List.of(retimed, new TicketExpired(c.ticketId(), c.bookingId()));
        }
        throw new Rejected(new HoldExpired(c.bookingId()));
    }

    private List<TicketEvent> confirm(ConfirmTicket c, Instant now) {
        if (this instanceof Held held && held.liveFor(c.bookingId(), now)) {
            return List.of(new TicketConfirmed(c.ticketId(), c.bookingId(), held.price()));
        }
        if (this instanceof Sold sold && sold.bookingId().equals(c.bookingId())) {
            return List.of();
        }
        throw new Rejected(new HoldExpired(c.bookingId()));
    }
}
