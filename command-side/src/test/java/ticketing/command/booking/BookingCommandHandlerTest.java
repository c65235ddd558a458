package ticketing.command.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static ticketing.command.CommandSide.BUYER;
import static ticketing.command.CommandSide.HOLD_SECONDS;
import static ticketing.command.CommandSide.ORGANIZER;
import static ticketing.command.CommandSide.PRICE;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.command.CommandSide;
import ticketing.messages.Event;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.Rejection.BookingNotFound;
import ticketing.messages.Rejection.HoldExpired;
import ticketing.messages.Rejection.NotOnSale;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingCommand.AwaitPaymentAction;
import ticketing.messages.booking.BookingCommand.CancelBooking;
import ticketing.messages.booking.BookingCommand.CheckBuyer;
import ticketing.messages.booking.BookingCommand.CompleteRefund;
import ticketing.messages.booking.BookingCommand.ConfirmBooking;
import ticketing.messages.booking.BookingCommand.DeclinePayment;
import ticketing.messages.booking.BookingCommand.ExpireBooking;
import ticketing.messages.booking.BookingCommand.RecordCapture;
import ticketing.messages.booking.BookingCommand.ReleaseBooking;
import ticketing.messages.booking.BookingCommand.StartPayment;
import ticketing.messages.booking.BookingCommand.StartRefund;
import ticketing.messages.booking.BookingCommand.TotalOf;
import ticketing.messages.booking.BookingEvent.BookingConfirmed;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingEvent.BookingRefunded;
import ticketing.messages.booking.BookingEvent.BookingReleased;
import ticketing.messages.booking.BookingEvent.PaymentActionRequired;
import ticketing.messages.booking.BookingEvent.PaymentCaptured;
import ticketing.messages.booking.BookingEvent.PaymentDeclined;
import ticketing.messages.booking.BookingEvent.PaymentStarted;
import ticketing.messages.booking.BookingEvent.RefundStarted;
import ticketing.messages.booking.BookingEvent.ReleaseCause;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.BookingStatus;
import ticketing.messages.booking.PaymentOrder;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.show.ShowCommand.CancelShow;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;
import ticketing.messages.ticket.TicketId;

/** What a booking's commands do to the booking and its tickets together. Alarms are held back: every command here is the test's. */
@Timeout(120)
class BookingCommandHandlerTest {

    private static final String VISA = "pm_card_visa";

    private static CommandSide side;

    private ShowId show;
    private BookingId booking;
    private TicketId seat;
    private PaymentId first;
    private PaymentId second;
    private Instant end;

    @BeforeAll
    static void open() {
        side = new CommandSide();
    }

    @AfterAll
    static void close() {
        side.close();
    }

    @BeforeEach
    void a_hold() {
        show = side.show();
        booking = side.hold(show, 5);
        seat = TicketId.of(show, 5);
        first = new PaymentId(booking + ".p1");
        second = new PaymentId(booking + ".p2");
        end = side.now().plusSeconds(HOLD_SECONDS);
        side.jdbc().sql("DELETE FROM store.deadline").update();
    }

    private PaymentOrder start(String method) {
        return Objects.requireNonNull(side.send(new StartPayment(booking, BUYER, method)));
    }

    private @Nullable BookingStatus decline(PaymentId payment) {
        return side.send(new DeclinePayment(booking, payment, "generic_decline"));
    }

    private void at(Instant instant) {
        side.clock().advanceTo(instant);
    }

    /** What happened to the booking after it was reserved. */
    private List<Event> story() {
        List<Event> events = side.events(booking.value());
        return events.subList(1, events.size());
    }

    /** What happened to the seat after it was held. */
    private List<Event> seatsStory() {
        List<Event> events = side.events(seat.value());
        assertThat(events.getFirst()).isEqualTo(new TicketReserved(seat, booking, PRICE, end));
        return events.subList(1, events.size());
    }

    private long alarmsAt(Instant instant) {
        return side.jdbc()
                .sql("SELECT count(*) FROM store.deadline WHERE due_at = ?")
                .param(java.sql.Timestamp.from(instant))
                .query(Long.class)
                .single();
    }

    private PaymentStarted started(PaymentId payment, String method, Instant at, Instant holdUntil) {
        return new PaymentStarted(booking, payment, method, PRICE, at, holdUntil);
    }

    private static void refused(ThrowingCallable decision, Rejection rejection) {
        assertThatThrownBy(decision)
                .isInstanceOfSatisfying(
                        Rejected.class, e -> assertThat(e.rejection()).isEqualTo(rejection));
    }

    @Nested
    class Starting_a_payment {

        @Test
        void with_time_to_spare_leaves_the_seats_alone_and_arms_nothing() {
            Instant now = side.now();
            assertThat(start(VISA)).isEqualTo(new PaymentOrder(first, VISA, PRICE, false));
            assertThat(story()).containsExactly(started(first, VISA, now, end));
            assertThat(seatsStory()).isEmpty();
            assertThat(alarmsAt(now.plusSeconds(30))).isZero();
        }

        @Test
        void shortly_before_the_end_carries_the_booking_and_its_seats_on_together() {
            Instant late = end.minusSeconds(1);
            Instant carried = late.plus(BookingState.PAYMENT_TIME);
            at(late);
            start(VISA);
            assertThat(story()).containsExactly(started(first, VISA, late, carried));
            assertThat(seatsStory()).containsExactly(new TicketRetimed(seat, booking, carried));
            side.send(new ExpireBooking(booking));
            at(end);
            side.send(new ExpireBooking(booking));
            assertThat(story()).hasSize(1);
        }

        @Test
        void whose_answer_may_come_after_the_holds_alarm_arms_another() {
            Instant latest = end.plus(BookingState.LONGEST_EXTENSION);
            at(end.minusSeconds(1));
            start(VISA);
            at(end.plusSeconds(58));
            start("pm_card_amex");
            Instant last = latest.minusSeconds(5);
            at(last);
            start("pm_card_mastercard");
            assertThat(story().getLast())
                    .isEqualTo(started(new PaymentId(booking + ".p3"), "pm_card_mastercard", last, latest));
            assertThat(alarmsAt(last.plusSeconds(30))).isOne();
        }

        @Test
        void for_a_cancelled_show_is_refused() {
            side.send(new CancelShow(show, ORGANIZER, false));
            assertThatThrownBy(() -> start(VISA)).isInstanceOf(Rejected.class);
            assertThat(story()).noneMatch(PaymentStarted.class::isInstance);
        }

        @Test
        void for_a_booking_that_nobody_made_finds_nothing() {
            BookingId none = BookingId.of(show, "none");
            refused(() -> side.send(new StartPayment(none, BUYER, VISA)), new BookingNotFound(none));
        }
    }

    @Nested
    class Declining {

        @Test
        void in_time_leaves_the_hold_as_it_was() {
            start(VISA);
            assertThat(decline(first)).isEqualTo(BookingStatus.RESERVED);
            assertThat(story().getLast()).isEqualTo(new PaymentDeclined(booking, first, "generic_decline", end));
            assertThat(seatsStory()).isEmpty();
        }

        @Test
        void of_a_payment_that_had_carried_the_hold_on_gives_the_first_end_back() {
            Instant late = end.minusSeconds(2);
            at(late);
            start(VISA);
            at(end.minusSeconds(1));
            assertThat(decline(first)).isEqualTo(BookingStatus.RESERVED);
            assertThat(seatsStory())
                    .containsExactly(
                            new TicketRetimed(seat, booking, late.plus(BookingState.PAYMENT_TIME)),
                            new TicketRetimed(seat, booking, end));
        }

        @Test
        void after_the_first_end_ends_the_hold_as_expired_in_booking_and_seats() {
            Instant late = end.minusSeconds(1);
            Instant carried = late.plus(BookingState.PAYMENT_TIME);
            at(late);
            start(VISA);
            Instant now = end.plusSeconds(3);
            at(now);
            assertThat(decline(first)).isEqualTo(BookingStatus.EXPIRED);
            assertThat(story())
                    .containsExactly(
                            started(first, VISA, late, carried),
                            new PaymentDeclined(booking, first, "generic_decline", end),
                            new BookingExpired(booking, now));
            assertThat(seatsStory())
                    .containsExactly(
                            new TicketRetimed(seat, booking, carried),
                            new TicketRetimed(seat, booking, end),
                            new TicketExpired(seat, booking));
            assertThat(decline(first)).isEqualTo(BookingStatus.EXPIRED);
            assertThat(seatsStory()).hasSize(3);
        }

        @Test
        void after_the_last_end_ends_the_hold_before_its_alarm_does() {
            start(VISA);
            at(end);
            assertThat(decline(first)).isEqualTo(BookingStatus.EXPIRED);
            assertThat(story().getLast()).isEqualTo(new BookingExpired(booking, end));
            assertThat(seatsStory()).containsExactly(new TicketExpired(seat, booking));
        }

        @Test
        void an_attempt_that_is_not_the_open_one_changes_nothing_while_the_hold_lives() {
            start(VISA);
            at(side.now().plusSeconds(20));
            start("pm_card_amex");
            assertThat(decline(first)).isEqualTo(BookingStatus.RESERVED);
            assertThat(story()).noneMatch(PaymentDeclined.class::isInstance);
            at(end);
            assertThat(decline(first)).isEqualTo(BookingStatus.EXPIRED);
            assertThat(story().getLast()).isEqualTo(new BookingExpired(booking, end));
        }

        @Test
        void what_has_been_sold_changes_nothing() {
            start(VISA);
            side.send(new ConfirmBooking(booking, first));
            assertThat(decline(first)).isEqualTo(BookingStatus.CONFIRMED);
            assertThat(story()).noneMatch(PaymentDeclined.class::isInstance);
        }
    }

    @Nested
    class Waiting_for_the_bank {

        @Test
        void is_noted_once_and_only_for_the_open_attempt() {
            start(VISA);
            side.send(new AwaitPaymentAction(booking, second));
            side.send(new AwaitPaymentAction(booking, first));
            side.send(new AwaitPaymentAction(booking, first));
            assertThat(story())
                    .filteredOn(PaymentActionRequired.class::isInstance)
                    .containsExactly(new PaymentActionRequired(booking, first));
        }
    }

    @Nested
    class Confirming {

        @Test
        void sells_the_booking_and_its_seats_once() {
            Instant now = side.now();
            start(VISA);
            side.send(new ConfirmBooking(booking, first));
            side.send(new ConfirmBooking(booking, first));
            assertThat(story())
                    .containsExactly(started(first, VISA, now, end), new BookingConfirmed(booking, first, now));
            assertThat(seatsStory()).containsExactly(new TicketConfirmed(seat, booking, PRICE));
        }

        @Test
        void at_the_holds_end_is_refused_and_sells_nothing() {
            start(VISA);
            at(end);
            refused(() -> side.send(new ConfirmBooking(booking, first)), new HoldExpired(booking));
            assertThat(seatsStory()).isEmpty();
        }

        @Test
        void for_a_cancelled_show_is_refused() {
            start(VISA);
            side.jdbc().sql("DELETE FROM store.deadline").update();
            side.send(new CancelShow(show, ORGANIZER, false));
            assertThatThrownBy(() -> side.send(new ConfirmBooking(booking, first)))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            e -> assertThat(e.rejection())
                                    .isInstanceOfAny(NotOnSale.class, Rejection.BookingClosed.class));
            assertThat(seatsStory()).noneMatch(TicketConfirmed.class::isInstance);
        }
    }

    @Nested
    class Recording_a_capture {

        @Test
        void is_done_once_for_the_payment_that_bought() {
            start(VISA);
            side.send(new RecordCapture(booking, first));
            side.send(new ConfirmBooking(booking, first));
            side.send(new RecordCapture(booking, second));
            side.send(new RecordCapture(booking, first));
            side.send(new RecordCapture(booking, first));
            assertThat(story())
                    .filteredOn(PaymentCaptured.class::isInstance)
                    .containsExactly(new PaymentCaptured(booking, first, PRICE));
        }

        @Test
        void is_not_done_while_the_money_goes_back() {
            start(VISA);
            side.send(new ConfirmBooking(booking, first));
            side.send(new StartRefund(booking));
            side.send(new RecordCapture(booking, first));
            assertThat(story().getLast()).isEqualTo(new RefundStarted(booking, first, PRICE));
        }
    }

    @Nested
    class Ending_a_hold {

        @Test
        void by_giving_it_back_frees_the_seats_and_twice_is_once() {
            Instant now = side.now();
            side.send(new ReleaseBooking(booking, BUYER));
            side.send(new ReleaseBooking(booking, BUYER));
            assertThat(story()).containsExactly(new BookingReleased(booking, ReleaseCause.BUYER, now));
            assertThat(seatsStory()).containsExactly(new TicketReleased(seat, booking));
        }

        @Test
        void by_the_alarm_frees_the_seats_not_early_and_once() {
            Remainder early = side.send(new ExpireBooking(booking));
            assertThat(early).isEqualTo(new Remainder(end, List.of(), null, false));
            at(end);
            assertThat(side.<Remainder>send(new ExpireBooking(booking))).isEqualTo(Remainder.NOTHING);
            side.send(new ExpireBooking(booking));
            assertThat(story()).containsExactly(new BookingExpired(booking, end));
            assertThat(seatsStory()).containsExactly(new TicketExpired(seat, booking));
        }

        @Test
        void by_the_shows_end_frees_the_seats_and_says_how_the_booking_stands() {
            Instant now = side.now();
            assertThat(side.<BookingStatus>send(new CancelBooking(booking))).isEqualTo(BookingStatus.RELEASED);
            assertThat(side.<BookingStatus>send(new CancelBooking(booking))).isEqualTo(BookingStatus.RELEASED);
            assertThat(story()).containsExactly(new BookingReleased(booking, ReleaseCause.SHOW_CANCELLED, now));
            assertThat(seatsStory()).containsExactly(new TicketReleased(seat, booking));
        }
    }

    @Nested
    class Refunding {

        @Test
        void frees_the_seats_after_the_money_is_back_and_is_looked_after_meanwhile() {
            start(VISA);
            side.send(new ConfirmBooking(booking, first));
            Instant now = side.now();
            side.send(new CompleteRefund(booking, first));
            side.send(new StartRefund(booking));
            assertThat(alarmsAt(now.plusSeconds(30))).isOne();
            assertThat(seatsStory()).containsExactly(new TicketConfirmed(seat, booking, PRICE));
            side.send(new CompleteRefund(booking, first));
            side.send(new CompleteRefund(booking, first));
            assertThat(story())
                    .endsWith(
                            new RefundStarted(booking, first, PRICE), new BookingRefunded(booking, first, PRICE, now));
            assertThat(seatsStory())
                    .containsExactly(
                            new TicketConfirmed(seat, booking, PRICE), new TicketRefunded(seat, booking, PRICE));
            assertThat(side.<PaymentOrder>send(new StartRefund(booking)))
                    .isEqualTo(new PaymentOrder(first, "", PRICE, true));
        }
    }

    @Nested
    class Asking {

        @Test
        void knows_the_total_and_its_buyer() {
            assertThat(side.<Object>send(new TotalOf(booking))).isEqualTo(PRICE);
            side.send(new CheckBuyer(booking, BUYER));
            refused(() -> side.send(new CheckBuyer(booking, new UserId("other"))), new BookingNotFound(booking));
        }
    }
}
