package ticketing.command.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.Rejection.BookingClosed;
import ticketing.messages.Rejection.BookingDiffers;
import ticketing.messages.Rejection.BookingNotFound;
import ticketing.messages.Rejection.HoldExpired;
import ticketing.messages.Rejection.PaymentInProgress;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.booking.BookingCommand.CheckBuyer;
import ticketing.messages.booking.BookingCommand.ConfirmBooking;
import ticketing.messages.booking.BookingCommand.ReserveBooking;
import ticketing.messages.booking.BookingCommand.StartPayment;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.booking.BookingEvent.BookingConfirmed;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingEvent.BookingRefunded;
import ticketing.messages.booking.BookingEvent.BookingReleased;
import ticketing.messages.booking.BookingEvent.BookingReserved;
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
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;

class BookingStateTest {

    private static final ShowId SHOW = new ShowId("show1");
    private static final BookingId BOOKING = BookingId.of(SHOW, "x");
    private static final UserId ME = new UserId("me");
    private static final UserId OTHER = new UserId("other");
    private static final TicketId TICKET = TicketId.of(SHOW, 7);
    private static final Money PRICE = Money.ofMinorUnits(4950, "EUR");
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant END = NOON.plusSeconds(600);
    private static final PaymentId FIRST = new PaymentId("show1-bx.p1");
    private static final PaymentId SECOND = new PaymentId("show1-bx.p2");

    private static final BookingReserved RESERVED =
            new BookingReserved(BOOKING, ME, List.of(new BookedTicket(TICKET, "Stalls", PRICE)), PRICE, NOON, END);
    private static final BookingConfirmed CONFIRMED = new BookingConfirmed(BOOKING, FIRST, NOON);

    private static PaymentStarted started(PaymentId payment, Instant at, Instant holdUntil) {
        return new PaymentStarted(BOOKING, payment, "pm_card_visa", PRICE, at, holdUntil);
    }

    private static BookingState after(BookingEvent... events) {
        BookingState state = new BookingState.Unknown();
        for (BookingEvent event : events) {
            state = BookingState.evolve(state, event);
        }
        return state;
    }

    private static void refused(ThrowingCallable decision, Rejection rejection) {
        assertThatThrownBy(decision)
                .isInstanceOfSatisfying(
                        Rejected.class, e -> assertThat(e.rejection()).isEqualTo(rejection));
    }

    @Nested
    class Repeating_a_reservation {

        private final ReserveBooking again = new ReserveBooking(BOOKING, ME, List.of(TICKET));

        @Test
        void gets_the_same_answer() {
            assertThat(after(RESERVED).repeated(again).orElseThrow().expiresAt())
                    .isEqualTo(END);
            assertThat(after(RESERVED, started(FIRST, NOON, END), CONFIRMED).repeated(again))
                    .isPresent();
            assertThat(after().repeated(again)).isEmpty();
        }

        @Test
        void by_another_finds_nothing() {
            refused(
                    () -> after(RESERVED).repeated(new ReserveBooking(BOOKING, OTHER, List.of(TICKET))),
                    new BookingNotFound(BOOKING));
            refused(
                    () -> after(RESERVED).repeated(ReserveBooking.best(BOOKING, OTHER, List.of(), 1)),
                    new BookingNotFound(BOOKING));
        }

        @Test
        void for_other_seats_is_another_reservation() {
            refused(
                    () -> after(RESERVED).repeated(new ReserveBooking(BOOKING, ME, List.of(TicketId.of(SHOW, 8)))),
                    new BookingDiffers(BOOKING));
            refused(
                    () -> after(RESERVED).repeated(ReserveBooking.best(BOOKING, ME, List.of(TICKET), 2)),
                    new BookingDiffers(BOOKING));
        }

        @Test
        void of_the_best_seats_gets_those_of_the_first_time_whatever_is_best_now() {
            assertThat(after(RESERVED).repeated(ReserveBooking.best(BOOKING, ME, List.of(TicketId.of(SHOW, 8)), 1)))
                    .isEqualTo(after(RESERVED).repeated(again))
                    .isPresent();
            assertThat(after(RESERVED).repeated(ReserveBooking.best(BOOKING, ME, List.of(), 1)))
                    .isPresent();
        }

        @Test
        void of_a_booking_that_is_over_is_refused() {
            refused(
                    () -> after(RESERVED, new BookingExpired(BOOKING, END)).repeated(again),
                    new BookingClosed(BOOKING, BookingStatus.EXPIRED));
        }
    }

    @Nested
    class Starting_a_payment {

        private final StartPayment pay = new StartPayment(BOOKING, ME, "pm_card_visa");

        @Test
        void notes_the_attempt_and_leaves_a_hold_with_time_to_spare_alone() {
            BookingState.Start start = after(RESERVED).startPayment(pay, NOON);
            assertThat(start.event()).isEqualTo(started(FIRST, NOON, END));
            assertThat(start.order().amount()).isEqualTo(PRICE);
        }

        @Test
        void shortly_before_the_end_carries_the_hold_on_while_the_bank_thinks() {
            Instant late = END.minusSeconds(1);
            assertThat(after(RESERVED).startPayment(pay, late).event())
                    .isEqualTo(started(FIRST, late, late.plus(BookingState.PAYMENT_TIME)));
        }

        @Test
        void cannot_carry_the_hold_on_for_ever() {
            Instant latest = END.plus(BookingState.LONGEST_EXTENSION);
            Instant almost = latest.minusSeconds(5);
            BookingState carried = after(
                    RESERVED, started(FIRST, END.minusSeconds(1), latest), new PaymentActionRequired(BOOKING, FIRST));
            StartPayment otherCard = new StartPayment(BOOKING, ME, "pm_card_mastercard");
            assertThat(carried.startPayment(otherCard, almost).event())
                    .isEqualTo(new PaymentStarted(BOOKING, SECOND, "pm_card_mastercard", PRICE, almost, latest));
            refused(() -> carried.startPayment(otherCard, latest), new HoldExpired(BOOKING));
        }

        @Test
        void while_another_is_under_way_is_refused() {
            BookingState paying = after(RESERVED, started(FIRST, NOON, END));
            refused(() -> paying.startPayment(pay, NOON.plusSeconds(19)), new PaymentInProgress(BOOKING));
        }

        @Test
        void takes_up_an_attempt_that_was_left_alone() {
            BookingState.Start start =
                    after(RESERVED, started(FIRST, NOON, END)).startPayment(pay, NOON.plusSeconds(20));
            assertThat(start.event()).isNull();
            assertThat(start.order().paymentId()).isEqualTo(FIRST);
        }

        @Test
        void after_a_decline_is_a_new_attempt() {
            BookingState.Start start = after(
                            RESERVED,
                            started(FIRST, NOON, END),
                            new PaymentDeclined(BOOKING, FIRST, "generic_decline", END))
                    .startPayment(pay, NOON.plusSeconds(1));
            assertThat(start.order().paymentId()).isEqualTo(SECOND);
        }

        @Test
        void after_a_decline_finds_the_holds_first_end_again() {
            Instant carried = END.plusSeconds(59);
            BookingState declined = after(
                    RESERVED,
                    started(FIRST, END.minusSeconds(1), carried),
                    new PaymentDeclined(BOOKING, FIRST, "generic_decline", END));
            refused(() -> declined.startPayment(pay, END), new HoldExpired(BOOKING));
        }

        @Test
        void at_or_after_the_holds_end_is_too_late() {
            refused(() -> after(RESERVED).startPayment(pay, END), new HoldExpired(BOOKING));
            refused(
                    () -> after(RESERVED, new BookingExpired(BOOKING, END)).startPayment(pay, END),
                    new HoldExpired(BOOKING));
        }

        @Test
        void for_a_sold_booking_has_nothing_left_to_charge() {
            BookingState.Start start =
                    after(RESERVED, started(FIRST, NOON, END), CONFIRMED).startPayment(pay, NOON);
            assertThat(start.order().settled()).isTrue();
            assertThat(start.event()).isNull();
        }

        @Test
        void while_the_money_goes_back_or_after_that_is_refused() {
            BookingState sold = after(RESERVED, started(FIRST, NOON, END), CONFIRMED);
            BookingState begun = BookingState.evolve(sold, new RefundStarted(BOOKING, FIRST, PRICE));
            refused(() -> begun.startPayment(pay, NOON), new BookingClosed(BOOKING, BookingStatus.REFUNDED));
            BookingState done = BookingState.evolve(begun, new BookingRefunded(BOOKING, FIRST, PRICE, NOON));
            refused(() -> done.startPayment(pay, NOON), new BookingClosed(BOOKING, BookingStatus.REFUNDED));
        }

        @Test
        void is_refused_after_too_many_attempts() {
            BookingState state = after(RESERVED);
            for (int i = 1; i <= BookingState.MOST_ATTEMPTS; i++) {
                PaymentId payment = new PaymentId(BOOKING + ".p" + i);
                assertThat(state.startPayment(pay, NOON).order().paymentId()).isEqualTo(payment);
                state = BookingState.evolve(state, started(payment, NOON, END));
                state = BookingState.evolve(state, new PaymentDeclined(BOOKING, payment, "generic_decline", END));
            }
            BookingState weary = state;
            refused(() -> weary.startPayment(pay, NOON), new Rejection.PaymentDeclined(BOOKING, "too_many_attempts"));
        }

        @Test
        void whose_answer_may_come_after_the_hold_is_looked_at_again() {
            BookingState paying = after(RESERVED, started(FIRST, NOON, END));
            assertThat(paying.endsBeforeAnswer(END)).isFalse();
            assertThat(paying.endsBeforeAnswer(END.plusSeconds(1))).isTrue();
            assertThat(BookingState.evolve(paying, new PaymentActionRequired(BOOKING, FIRST))
                            .endsBeforeAnswer(END.plusSeconds(1)))
                    .isFalse();
            assertThat(after(RESERVED).endsBeforeAnswer(END.plusSeconds(1))).isFalse();
        }

        @Test
        void for_anothers_booking_finds_nothing() {
            refused(
                    () -> after(RESERVED).startPayment(new StartPayment(BOOKING, OTHER, "pm_card_visa"), NOON),
                    new BookingNotFound(BOOKING));
            refused(() -> after().startPayment(pay, NOON), new BookingNotFound(BOOKING));
        }
    }

    @Nested
    class Confirming {

        @Test
        void sells_once_for_the_open_payment() {
            ConfirmBooking confirm = new ConfirmBooking(BOOKING, FIRST);
            assertThat(after(RESERVED, started(FIRST, NOON, END)).confirm(confirm, NOON))
                    .isTrue();
            assertThat(after(RESERVED, started(FIRST, NOON, END), CONFIRMED).confirm(confirm, END))
                    .isFalse();
        }

        @Test
        void is_refused_for_any_other_payment_or_too_late() {
            BookingState paying = after(RESERVED, started(FIRST, NOON, END));
            refused(
                    () -> paying.confirm(new ConfirmBooking(BOOKING, SECOND), NOON),
                    new Rejection.PaymentDeclined(BOOKING, "superseded"));
            refused(() -> paying.confirm(new ConfirmBooking(BOOKING, SECOND), END), new HoldExpired(BOOKING));
            refused(() -> paying.confirm(new ConfirmBooking(BOOKING, FIRST), END), new HoldExpired(BOOKING));
            refused(
                    () -> after(RESERVED, new BookingExpired(BOOKING, END))
                            .confirm(new ConfirmBooking(BOOKING, FIRST), END),
                    new HoldExpired(BOOKING));
            refused(
                    () -> after(RESERVED, new BookingReleased(BOOKING, ReleaseCause.BUYER, NOON))
                            .confirm(new ConfirmBooking(BOOKING, FIRST), NOON),
                    new BookingClosed(BOOKING, BookingStatus.RELEASED));
            refused(() -> after().confirm(new ConfirmBooking(BOOKING, FIRST), NOON), new BookingNotFound(BOOKING));
            refused(
                    () -> after(RESERVED, started(FIRST, NOON, END), CONFIRMED)
                            .confirm(new ConfirmBooking(BOOKING, SECOND), NOON),
                    new BookingClosed(BOOKING, BookingStatus.CONFIRMED));
        }
    }

    @Nested
    class Giving_back {

        @Test
        void ends_the_hold_and_twice_is_once() {
            assertThat(after(RESERVED).release(BOOKING, ME, NOON))
                    .contains(new BookingReleased(BOOKING, ReleaseCause.BUYER, NOON));
            assertThat(after(RESERVED, new BookingReleased(BOOKING, ReleaseCause.BUYER, NOON))
                            .release(BOOKING, ME, NOON))
                    .isEmpty();
        }

        @Test
        void what_has_lapsed_only_notes_that() {
            assertThat(after(RESERVED).release(BOOKING, ME, END)).contains(new BookingExpired(BOOKING, END));
        }

        @Test
        void is_refused_while_the_bank_is_asked_and_after_the_sale() {
            refused(
                    () -> after(RESERVED, started(FIRST, NOON, END)).release(BOOKING, ME, NOON),
                    new PaymentInProgress(BOOKING));
            refused(
                    () -> after(RESERVED, started(FIRST, NOON, END), CONFIRMED).release(BOOKING, ME, NOON),
                    new BookingClosed(BOOKING, BookingStatus.CONFIRMED));
        }

        @Test
        void anothers_booking_finds_nothing() {
            refused(() -> after(RESERVED).release(BOOKING, OTHER, NOON), new BookingNotFound(BOOKING));
            refused(() -> after(RESERVED).checkBuyer(new CheckBuyer(BOOKING, OTHER)), new BookingNotFound(BOOKING));
        }
    }

    @Nested
    class Refunding {

        @Test
        void begins_once_and_ends_once() {
            BookingState sold = after(RESERVED, started(FIRST, NOON, END), CONFIRMED);
            assertThat(sold.startRefund(BOOKING).event()).isEqualTo(new RefundStarted(BOOKING, FIRST, PRICE));
            BookingState begun = BookingState.evolve(sold, new RefundStarted(BOOKING, FIRST, PRICE));
            assertThat(begun.startRefund(BOOKING).event()).isNull();
            BookingState done = BookingState.evolve(begun, new BookingRefunded(BOOKING, FIRST, PRICE, NOON));
            assertThat(done.startRefund(BOOKING))
                    .isEqualTo(new BookingState.Refund(new PaymentOrder(FIRST, "", PRICE, true), null));
        }

        @Test
        void needs_a_sale() {
            refused(() -> after(RESERVED).startRefund(BOOKING), new BookingClosed(BOOKING, BookingStatus.RESERVED));
            refused(() -> after().startRefund(BOOKING), new BookingNotFound(BOOKING));
            refused(
                    () -> after(RESERVED, new BookingExpired(BOOKING, END)).startRefund(BOOKING),
                    new BookingClosed(BOOKING, BookingStatus.EXPIRED));
        }
    }

    @Nested
    class What_the_alarm_finds {

        @Test
        void a_hold_that_goes_on() {
            assertThat(after(RESERVED).remainder()).isEqualTo(new Remainder(END, List.of(), null, false));
            assertThat(after().remainder()).isEqualTo(Remainder.NOTHING);
        }

        @Test
        void money_that_was_never_taken_for_sold_seats() {
            BookingState sold = after(RESERVED, started(FIRST, NOON, END), CONFIRMED);
            assertThat(sold.remainder()).isEqualTo(new Remainder(null, List.of(), FIRST, false));
            assertThat(BookingState.evolve(sold, new PaymentCaptured(BOOKING, FIRST, PRICE))
                            .remainder())
                    .isEqualTo(Remainder.NOTHING);
        }

        @Test
        void money_that_is_held_for_nothing() {
            assertThat(after(RESERVED, started(FIRST, NOON, END), new BookingExpired(BOOKING, END))
                            .remainder())
                    .isEqualTo(new Remainder(null, List.of(FIRST), null, false));
        }

        @Test
        void every_attempt_but_the_one_that_paid() {
            assertThat(after(
                                    RESERVED,
                                    started(FIRST, NOON, END),
                                    started(SECOND, NOON, END),
                                    new BookingConfirmed(BOOKING, SECOND, NOON))
                            .remainder())
                    .isEqualTo(new Remainder(null, List.of(FIRST), SECOND, false));
        }

        @Test
        void a_refund_that_was_begun_and_takes_nothing_before_it_gives_it_back() {
            BookingState refunding =
                    after(RESERVED, started(FIRST, NOON, END), CONFIRMED, new RefundStarted(BOOKING, FIRST, PRICE));
            assertThat(refunding.remainder()).isEqualTo(new Remainder(null, List.of(), null, true));
            assertThat(refunding.notesCapture(FIRST)).isFalse();
        }

        @Test
        void nothing_of_the_payment_that_was_given_back() {
            assertThat(after(
                                    RESERVED,
                                    started(FIRST, NOON, END),
                                    CONFIRMED,
                                    new RefundStarted(BOOKING, FIRST, PRICE),
                                    new BookingRefunded(BOOKING, FIRST, PRICE, NOON))
                            .remainder())
                    .isEqualTo(Remainder.NOTHING);
        }
    }
}
