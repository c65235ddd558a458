package ticketing.command.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowId;
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
import ticketing.messages.ticket.TicketId;

/** A ticket's decisions, as bookings ask for them: {@link TicketState} decides and evolves. */
class TicketTest {

    private static final ShowId SHOW = new ShowId("show1");
    private static final TicketId TICKET = TicketId.of(SHOW, 7);
    private static final BookingId MINE = BookingId.of(SHOW, "mine");
    private static final BookingId OTHERS = BookingId.of(SHOW, "others");
    private static final Money PRICE = Money.ofMinorUnits(4950, "EUR");
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant TEN_PAST = NOON.plusSeconds(600);
    private static final Instant QUARTER_PAST = NOON.plusSeconds(900);

    private static final TicketReserved RESERVED = new TicketReserved(TICKET, MINE, PRICE, TEN_PAST);
    private static final TicketConfirmed CONFIRMED = new TicketConfirmed(TICKET, MINE, PRICE);

    private Instant now = NOON;

    private void at(Instant instant) {
        now = instant;
    }

    /** A ticket to which this has happened. */
    private Given given(TicketEvent... events) {
        TicketState state = new TicketState.Available();
        for (TicketEvent event : events) {
            state = TicketState.evolve(state, event);
        }
        return new Given(state, now);
    }

    private record Given(TicketState state, Instant now) {
        Outcome when(TicketCommand command) {
            try {
                return new Outcome(state.decide(command, now), null);
            } catch (Rejected refused) {
                return new Outcome(List.of(), refused.rejection());
            }
        }
    }

    private record Outcome(
            List<TicketEvent> events, @Nullable Rejection refusal) {
        void expectEvents(TicketEvent... expected) {
            assertThat(refusal).isNull();
            assertThat(events).containsExactly(expected);
        }

        void expectNoEvents() {
            expectEvents();
        }
    }

    private static void refused(Outcome outcome, Rejection rejection) {
        assertThat(outcome.refusal()).isEqualTo(rejection);
    }

    @Nested
    class Reserve {

        @Test
        void a_free_ticket_is_held_until_the_holds_end() {
            at(NOON);
            given().when(new ReserveTicket(TICKET, MINE, PRICE, TEN_PAST)).expectEvents(RESERVED);
        }

        @Test
        void a_held_ticket_cannot_be_held_by_another() {
            at(TEN_PAST.minusMillis(1));
            refused(
                    given(RESERVED).when(new ReserveTicket(TICKET, OTHERS, PRICE, QUARTER_PAST)),
                    new Rejection.SeatTaken(List.of(TICKET)));
        }

        @Test
        void a_lapsed_hold_is_free_for_the_next_even_if_no_alarm_has_said_so() {
            at(TEN_PAST);
            given(RESERVED)
                    .when(new ReserveTicket(TICKET, OTHERS, PRICE, QUARTER_PAST))
                    .expectEvents(
                            new TicketExpired(TICKET, MINE), new TicketReserved(TICKET, OTHERS, PRICE, QUARTER_PAST));
        }

        @Test
        void saying_it_twice_holds_it_once() {
            at(NOON);
            given(RESERVED)
                    .when(new ReserveTicket(TICKET, MINE, PRICE, QUARTER_PAST))
                    .expectNoEvents();
        }

        @Test
        void a_sold_ticket_cannot_be_held() {
            at(QUARTER_PAST);
            refused(
                    given(RESERVED, CONFIRMED).when(new ReserveTicket(TICKET, OTHERS, PRICE, QUARTER_PAST)),
                    new Rejection.SeatTaken(List.of(TICKET)));
        }

        @Test
        void a_ticket_that_was_given_back_is_free() {
            at(NOON);
            given(RESERVED, new TicketReleased(TICKET, MINE))
                    .when(new ReserveTicket(TICKET, OTHERS, PRICE, TEN_PAST))
                    .expectEvents(new TicketReserved(TICKET, OTHERS, PRICE, TEN_PAST));
        }
    }

    @Nested
    class Confirm {

        @Test
        void a_held_ticket_is_sold_at_the_price_it_was_held_for() {
            at(TEN_PAST.minusMillis(1));
            given(RESERVED).when(new ConfirmTicket(TICKET, MINE)).expectEvents(CONFIRMED);
        }

        @Test
        void a_lapsed_hold_cannot_be_sold() {
            at(TEN_PAST);
            refused(given(RESERVED).when(new ConfirmTicket(TICKET, MINE)), new Rejection.HoldExpired(MINE));
        }

        @Test
        void another_bookings_hold_cannot_be_sold() {
            at(NOON);
            refused(given(RESERVED).when(new ConfirmTicket(TICKET, OTHERS)), new Rejection.HoldExpired(OTHERS));
        }

        @Test
        void saying_it_twice_sells_it_once() {
            at(QUARTER_PAST);
            given(RESERVED, CONFIRMED).when(new ConfirmTicket(TICKET, MINE)).expectNoEvents();
        }

        @Test
        void a_ticket_sold_to_another_cannot_be_sold_again() {
            at(NOON);
            refused(
                    given(RESERVED, CONFIRMED).when(new ConfirmTicket(TICKET, OTHERS)),
                    new Rejection.HoldExpired(OTHERS));
        }
    }

    @Nested
    class Retime {

        @Test
        void a_live_hold_goes_on() {
            at(NOON);
            given(RESERVED)
                    .when(new RetimeTicket(TICKET, MINE, QUARTER_PAST))
                    .expectEvents(new TicketRetimed(TICKET, MINE, QUARTER_PAST));
        }

        @Test
        void an_extended_hold_is_not_free_at_its_first_end() {
            at(TEN_PAST);
            refused(
                    given(RESERVED, new TicketRetimed(TICKET, MINE, QUARTER_PAST))
                            .when(new ReserveTicket(TICKET, OTHERS, PRICE, QUARTER_PAST)),
                    new Rejection.SeatTaken(List.of(TICKET)));
        }

        @Test
        void a_hold_that_already_ends_then_stays_as_it_is() {
            at(NOON);
            given(RESERVED).when(new RetimeTicket(TICKET, MINE, TEN_PAST)).expectNoEvents();
        }

        @Test
        void a_carried_hold_goes_back_to_its_first_end() {
            at(NOON);
            given(RESERVED, new TicketRetimed(TICKET, MINE, QUARTER_PAST))
                    .when(new RetimeTicket(TICKET, MINE, TEN_PAST))
                    .expectEvents(new TicketRetimed(TICKET, MINE, TEN_PAST));
        }

        @Test
        void a_hold_that_gets_an_end_that_has_come_is_over() {
            at(NOON);
            given(RESERVED)
                    .when(new RetimeTicket(TICKET, MINE, NOON))
                    .expectEvents(new TicketRetimed(TICKET, MINE, NOON), new TicketExpired(TICKET, MINE));
        }

        @Test
        void another_bookings_hold_cannot_be_moved() {
            at(NOON);
            refused(
                    given(RESERVED).when(new RetimeTicket(TICKET, OTHERS, QUARTER_PAST)),
                    new Rejection.HoldExpired(OTHERS));
        }

        @Test
        void a_sold_ticket_has_no_hold_to_move() {
            at(NOON);
            refused(
                    given(RESERVED, CONFIRMED).when(new RetimeTicket(TICKET, MINE, QUARTER_PAST)),
                    new Rejection.HoldExpired(MINE));
        }

        @Test
        void a_lapsed_hold_cannot_be_revived() {
            at(TEN_PAST);
            refused(
                    given(RESERVED).when(new RetimeTicket(TICKET, MINE, QUARTER_PAST)),
                    new Rejection.HoldExpired(MINE));
        }
    }

    @Nested
    class Release {

        @Test
        void a_hold_is_given_back() {
            at(NOON);
            given(RESERVED).when(new ReleaseTicket(TICKET, MINE)).expectEvents(new TicketReleased(TICKET, MINE));
        }

        @Test
        void another_bookings_hold_stays() {
            at(NOON);
            given(RESERVED).when(new ReleaseTicket(TICKET, OTHERS)).expectNoEvents();
        }

        @Test
        void a_sold_ticket_stays_sold() {
            at(NOON);
            given(RESERVED, CONFIRMED).when(new ReleaseTicket(TICKET, MINE)).expectNoEvents();
        }
    }

    @Nested
    class Expire {

        @Test
        void a_hold_ends_at_its_time() {
            at(TEN_PAST);
            given(RESERVED).when(new ExpireTicket(TICKET, MINE)).expectEvents(new TicketExpired(TICKET, MINE));
        }

        @Test
        void an_early_alarm_changes_nothing() {
            at(TEN_PAST.minusMillis(1));
            given(RESERVED).when(new ExpireTicket(TICKET, MINE)).expectNoEvents();
        }

        @Test
        void a_doubled_alarm_changes_nothing() {
            at(QUARTER_PAST);
            given(RESERVED, new TicketExpired(TICKET, MINE))
                    .when(new ExpireTicket(TICKET, MINE))
                    .expectNoEvents();
        }

        @Test
        void a_late_alarm_leaves_the_next_buyers_hold_alone() {
            at(TEN_PAST);
            given(RESERVED, new TicketExpired(TICKET, MINE), new TicketReserved(TICKET, OTHERS, PRICE, QUARTER_PAST))
                    .when(new ExpireTicket(TICKET, MINE))
                    .expectNoEvents();
        }

        @Test
        void a_sold_ticket_never_expires() {
            at(QUARTER_PAST);
            given(RESERVED, CONFIRMED).when(new ExpireTicket(TICKET, MINE)).expectNoEvents();
        }
    }

    @Nested
    class Refund {

        @Test
        void a_sold_ticket_is_taken_back() {
            at(QUARTER_PAST);
            given(RESERVED, CONFIRMED)
                    .when(new RefundTicket(TICKET, MINE))
                    .expectEvents(new TicketRefunded(TICKET, MINE, PRICE));
        }

        @Test
        void what_was_not_sold_to_the_booking_is_not_refunded() {
            at(NOON);
            given(RESERVED).when(new RefundTicket(TICKET, MINE)).expectNoEvents();
            given(RESERVED, CONFIRMED).when(new RefundTicket(TICKET, OTHERS)).expectNoEvents();
        }
    }

    @Nested
    class Being_asked {

        @Test
        void a_ticket_is_free_for_everybody_for_its_holder_or_for_nobody() {
            assertThat(given().state().freeFor(OTHERS, NOON)).isTrue();
            assertThat(given(RESERVED).state().freeFor(OTHERS, NOON)).isFalse();
            assertThat(given(RESERVED).state().freeFor(MINE, NOON)).isTrue();
            assertThat(given(RESERVED).state().freeFor(OTHERS, TEN_PAST)).isTrue();
            assertThat(given(RESERVED, CONFIRMED).state().freeFor(MINE, TEN_PAST))
                    .isFalse();
        }
    }

    @Test
    void a_tickets_identifier_tells_its_show_and_seat() {
        assertThat(TICKET.value()).isEqualTo("show1-7");
        assertThat(TICKET.showId()).isEqualTo(SHOW);
        assertThat(TICKET.seat()).isEqualTo(7);
    }
}
