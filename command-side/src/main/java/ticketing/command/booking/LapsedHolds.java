package ticketing.command.booking;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.modelling.command.Aggregate;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;
import ticketing.command.AggregateRepositories;
import ticketing.command.ticket.Ticket;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.ExpireBookings;
import ticketing.messages.ticket.TicketCommand.ExpireTicket;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketId;

/**
 * Ends many holds of one show in one unit of work: when an on-sale's first holds run out, thousands do in the same second. Locks are taken as everywhere,
 * bookings first and then tickets by seat, so that nobody can wait in a circle.
 */
@Component
final class LapsedHolds {

    private final Repository<Booking> bookings;
    private final Repository<Ticket> tickets;
    private final AggregateRepositories aggregates;
    private final Clock clock;

    LapsedHolds(
            Repository<Booking> bookings, Repository<Ticket> tickets, AggregateRepositories aggregates, Clock clock) {
        this.bookings = bookings;
        this.tickets = tickets;
        this.aggregates = aggregates;
        this.clock = clock;
    }

    @CommandHandler
    ExpireBookings.Left handle(ExpireBookings command) throws Exception {
        aggregates.lock(
                command.bookingIds().stream().map(BookingId::value).sorted().toList());
        Instant now = clock.instant();
        Map<BookingId, Aggregate<Booking>> lapsed = new LinkedHashMap<>();
        List<BookingId> left = new ArrayList<>();
        for (BookingId bookingId : command.bookingIds()) {
            Aggregate<Booking> booking = bookings.load(bookingId.value());
            if (booking.invoke(Booking::state) instanceof BookingState.Held held && held.lapsed(now)) {
                lapsed.put(bookingId, booking);
            } else if (isSomethingLeft(booking)) {
                left.add(bookingId);
            }
        }
        aggregates.lock(lapsed.values().stream()
                .flatMap(booking -> ticketsOf(booking).stream())
                .distinct()
                .sorted(Comparator.comparingInt(TicketId::seat))
                .map(TicketId::value)
                .toList());
        for (Map.Entry<BookingId, Aggregate<Booking>> one : lapsed.entrySet()) {
            expire(one.getKey(), one.getValue(), now);
            if (isSomethingLeft(one.getValue())) {
                left.add(one.getKey());
            }
        }
        return new ExpireBookings.Left(left);
    }

    private void expire(BookingId bookingId, Aggregate<Booking> booking, Instant now) throws Exception {
        for (TicketId ticketId : ticketsOf(booking)) {
            Aggregate<Ticket> ticket = tickets.load(ticketId.value());
            List<TicketEvent> events = ticket.invoke(t -> t.decide(new ExpireTicket(ticketId, bookingId), now));
            ticket.execute(t -> t.happened(events));
        }
        booking.execute(b -> b.happened(new BookingExpired(bookingId, now)));
    }

    private static List<TicketId> ticketsOf(Aggregate<Booking> booking) {
        return Objects.requireNonNull(booking.invoke(
                b -> b.tickets().stream().map(BookedTicket::ticketId).toList()));
    }

    private static boolean isSomethingLeft(Aggregate<Booking> booking) {
        return !Remainder.NOTHING.equals(booking.invoke(b -> b.state().remainder()));
    }
}
