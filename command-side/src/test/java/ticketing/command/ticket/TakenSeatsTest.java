package ticketing.command.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.command.CommandSide;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.booking.BookingCommand.ReleaseBooking;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;
import ticketing.messages.ticket.TicketId;

/** What is known to be taken may be too little, never too much: a seat that is free must not be refused. */
@Timeout(120)
class TakenSeatsTest {

    private static CommandSide side;

    private TakenSeats taken;
    private ShowId show;

    @BeforeAll
    static void open() {
        side = new CommandSide();
    }

    @AfterAll
    static void close() {
        side.close();
    }

    @BeforeEach
    void newShow() {
        taken = side.bean(TakenSeats.class);
        show = side.show();
    }

    private TicketId ticket(int seat) {
        return TicketId.of(show, seat);
    }

    private List<TicketId> among(Instant now, int... seats) {
        return taken.among(
                IntStream.of(seats)
                        .mapToObj(seat -> new BookedTicket(ticket(seat), "Stalls", CommandSide.PRICE))
                        .toList(),
                now);
    }

    private void stored(TicketEvent event) {
        taken.stored(new GenericDomainEventMessage<>("Ticket", event.ticketId().value(), 0, event));
    }

    @Test
    void a_held_seat_is_known_once_its_hold_is_acknowledged_and_no_other() {
        assertThat(among(side.now(), 0, 1, 2)).isEmpty();

        side.hold(show, 1);

        assertThat(among(side.now(), 0, 1, 2)).containsExactly(ticket(1));
    }

    @Test
    void a_hold_is_known_until_its_end_and_not_at_it() {
        side.hold(show, 1);
        Instant end = side.now().plusSeconds(CommandSide.HOLD_SECONDS);

        assertThat(among(end.minusNanos(1), 1)).containsExactly(ticket(1));
        assertThat(among(end, 1)).isEmpty();
    }

    @Test
    void a_hold_that_is_given_back_is_free_when_that_is_acknowledged() {
        BookingId booking = side.hold(show, 1, 2);

        side.send(new ReleaseBooking(booking, CommandSide.BUYER));

        assertThat(among(side.now(), 1, 2)).isEmpty();
    }

    @Test
    void a_sold_seat_is_known_for_good_until_it_is_refunded() {
        BookingId booking = BookingId.of(show, "x");
        stored(new TicketConfirmed(ticket(3), booking, CommandSide.PRICE));
        assertThat(among(side.now().plusSeconds(1_000_000_000), 3)).containsExactly(ticket(3));

        stored(new TicketRefunded(ticket(3), booking, CommandSide.PRICE));
        assertThat(among(side.now(), 3)).isEmpty();
    }

    @Test
    void a_hold_with_another_end_is_known_until_that() {
        BookingId booking = BookingId.of(show, "x");
        Instant end = side.now().plusSeconds(10);
        stored(new TicketReserved(ticket(3), booking, CommandSide.PRICE, end));
        stored(new TicketRetimed(ticket(3), booking, end.plusSeconds(10)));

        assertThat(among(end, 3)).containsExactly(ticket(3));
        stored(new TicketExpired(ticket(3), booking));
        assertThat(among(end, 3)).isEmpty();
    }

    @Test
    void of_what_is_perhaps_stored_nothing_is_believed() {
        side.hold(show, 1);
        TicketEvent perhaps = new TicketExpired(ticket(1), BookingId.of(show, "x"));

        taken.perhapsStored(new GenericDomainEventMessage<>("Ticket", ticket(1).value(), 1, perhaps));

        assertThat(among(side.now(), 1)).isEmpty();
    }
}
