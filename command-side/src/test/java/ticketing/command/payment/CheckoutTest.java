package ticketing.command.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static ticketing.command.CommandSide.BUYER;
import static ticketing.command.CommandSide.HOLD_SECONDS;
import static ticketing.command.CommandSide.ORGANIZER;
import static ticketing.command.CommandSide.PRICE;

import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import ticketing.command.CommandSide;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.Rejection.BookingClosed;
import ticketing.messages.Rejection.BookingNotFound;
import ticketing.messages.Rejection.HoldExpired;
import ticketing.messages.Rejection.Invalid;
import ticketing.messages.Rejection.NotOnSale;
import ticketing.messages.Rejection.PaymentDeclined;
import ticketing.messages.Rejection.PaymentNotFound;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingCommand.CancelBooking;
import ticketing.messages.booking.BookingCommand.PayBooking;
import ticketing.messages.booking.BookingCommand.RefundBooking;
import ticketing.messages.booking.BookingCommand.ReleaseBooking;
import ticketing.messages.booking.BookingEvent.PaymentActionRequired;
import ticketing.messages.booking.BookingEvent.PaymentCaptured;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.BookingStatus;
import ticketing.messages.booking.Payment;
import ticketing.messages.payment.CompleteSandboxPayment;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.payment.PaymentStatus;
import ticketing.messages.show.ShowCommand.CancelShow;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;

/**
 * Paying and giving back on the command side as it runs. A crash is played by a step that is never taken: whoever was to take it gets an exception that nobody
 * handles, and from there on only the alarm goes on.
 */
@Timeout(120)
class CheckoutTest {

    private static final String VISA = "pm_card_visa";
    private static final String ASKS = "pm_card_authenticationRequired";

    private static final Interruptions INTERRUPTIONS = new Interruptions();
    private static CommandSide side;

    private ShowId show;
    private BookingId booking;

    @BeforeAll
    static void open() {
        side = new CommandSide(Breakable.class);
        side.bean(CommandBus.class).registerDispatchInterceptor(messages -> (_, message) -> {
            INTERRUPTIONS.reach(((CommandMessage<?>) message).getPayloadType().getSimpleName());
            return message;
        });
    }

    @AfterAll
    static void close() {
        side.close();
    }

    @BeforeEach
    void a_hold() {
        show = side.show();
        booking = side.hold(show, 3, 4);
    }

    @AfterEach
    void whole_again() {
        INTERRUPTIONS.next = null;
        later();
    }

    /** Where the program ends next. */
    private static final class Interruptions {
        private volatile @Nullable String next;
        private volatile @Nullable String where;
        private volatile Runnable what = () -> {};

        /** Has something happen before this step, once. */
        void meanwhile(String step, Runnable happening) {
            what = happening;
            where = step;
        }

        void reach(String step) {
            if (step.equals(where)) {
                where = null;
                what.run();
            }
            if (step.equals(next)) {
                next = null;
                throw new IllegalStateException("the end, before " + step);
            }
        }
    }

    /** The sandbox, which can be interrupted before a call. */
    static class Breakable {
        @Bean
        @Primary
        PaymentProvider breakableProvider(SandboxProvider sandbox) {
            return new PaymentProvider() {
                @Override
                public boolean accepts(String paymentMethod) {
                    return sandbox.accepts(paymentMethod);
                }

                @Override
                public String methods() {
                    return sandbox.methods();
                }

                @Override
                public Authorization authorize(
                        PaymentId paymentId, BookingId bookingId, Money amount, String paymentMethod) {
                    INTERRUPTIONS.reach("authorize");
                    return sandbox.authorize(paymentId, bookingId, amount, paymentMethod);
                }

                @Override
                public Authorization retrieve(PaymentId paymentId) {
                    INTERRUPTIONS.reach("retrieve");
                    return sandbox.retrieve(paymentId);
                }

                @Override
                public boolean capture(PaymentId paymentId) {
                    INTERRUPTIONS.reach("capture");
                    return sandbox.capture(paymentId);
                }

                @Override
                public void cancel(PaymentId paymentId) {
                    INTERRUPTIONS.reach("cancel");
                    sandbox.cancel(paymentId);
                }

                @Override
                public void refund(PaymentId paymentId) {
                    INTERRUPTIONS.reach("refund");
                    sandbox.refund(paymentId);
                }
            };
        }
    }

    private @Nullable Payment pay(String method) {
        return side.send(new PayBooking(booking, BUYER, method));
    }

    private PaymentId attempt(int number) {
        return new PaymentId(booking + ".p" + number);
    }

    private static void refused(ThrowingCallable step, Rejection rejection) {
        assertThatThrownBy(step)
                .isInstanceOfSatisfying(
                        Rejected.class, e -> assertThat(e.rejection()).isEqualTo(rejection));
    }

    /** The names of what happened to the booking. */
    private List<String> story() {
        return side.events(booking.value()).stream()
                .map(event -> event.getClass().getSimpleName())
                .toList();
    }

    private String lastOfSeat(int seat) {
        List<Event> events = side.events(TicketId.of(show, seat).value());
        return events.getLast().getClass().getSimpleName();
    }

    private List<String> money() {
        return side.jdbc()
                .sql("SELECT status FROM store.sandbox_payment WHERE booking_id = ? ORDER BY payment_id")
                .param(booking.value())
                .query(String.class)
                .list();
    }

    /** Lets every alarm of the booking go off and waits until all of them have been dealt with. */
    private void later() {
        side.clock().advance(Duration.ofSeconds(HOLD_SECONDS + 200));
        await().atMost(Duration.ofSeconds(30)).until(side::quiet);
    }

    /** Seats are sold for money that was taken, or free and nothing is kept. */
    private void seatsAndMoneyAgree() {
        BookingStatus status = side.send(new CancelBooking(booking));
        for (int seat : List.of(3, 4)) {
            assertThat(lastOfSeat(seat))
                    .isEqualTo(status == BookingStatus.CONFIRMED ? "TicketConfirmed" : freed(status));
        }
        if (status == BookingStatus.CONFIRMED) {
            assertThat(money()).containsOnlyOnce("CAPTURED").doesNotContain("AUTHORIZED", "REFUNDED");
            assertThat(story()).containsOnlyOnce("PaymentCaptured");
        } else {
            assertThat(money()).doesNotContain("CAPTURED", "AUTHORIZED", "REQUIRES_ACTION");
        }
    }

    private static String freed(@Nullable BookingStatus status) {
        return switch (status) {
            case EXPIRED -> "TicketExpired";
            case RELEASED -> "TicketReleased";
            case REFUNDED -> "TicketRefunded";
            case null, default -> throw new AssertionError("not an end: " + status);
        };
    }

    @Nested
    class Paying {

        @Test
        void sells_the_seats_and_takes_the_money_once() {
            Money total = PRICE.plus(PRICE);
            assertThat(pay(VISA)).isEqualTo(new Payment(attempt(1), PaymentStatus.CAPTURED, total));
            assertThat(pay(VISA)).isEqualTo(new Payment(attempt(1), PaymentStatus.CAPTURED, total));

            assertThat(story())
                    .containsExactly("BookingReserved", "PaymentStarted", "BookingConfirmed", "PaymentCaptured");
            assertThat(money()).containsExactly("CAPTURED");
            later();
            seatsAndMoneyAgree();
        }

        @Test
        void with_a_bad_card_leaves_the_hold_and_another_card_pays() {
            refused(() -> pay("pm_card_chargeDeclined"), new PaymentDeclined(booking, "generic_decline"));
            assertThat(pay(VISA)).extracting(Payment::paymentId).isEqualTo(attempt(2));
            assertThat(money()).containsExactly("DECLINED", "CAPTURED");
        }

        @Test
        void with_a_bad_card_when_only_the_payment_had_carried_the_hold_on_ends_it() {
            side.clock().advance(Duration.ofSeconds(HOLD_SECONDS - 1));
            INTERRUPTIONS.meanwhile("authorize", () -> side.clock().advance(Duration.ofSeconds(2)));
            refused(() -> pay("pm_card_chargeDeclined"), new HoldExpired(booking));
            assertThat(story()).endsWith("PaymentDeclined", "BookingExpired");
            seatsAndMoneyAgree();
        }

        @Test
        void with_a_card_that_nobody_knows_begins_nothing() {
            assertThatThrownBy(() -> pay("pm_unknown"))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            e -> assertThat(e.rejection()).isInstanceOfSatisfying(Invalid.class, invalid -> {
                                assertThat(invalid.field()).isEqualTo("paymentMethod");
                                assertThat(invalid.message()).contains("pm_card_visa");
                            }));
            assertThat(story()).containsExactly("BookingReserved");
        }

        @Test
        void anothers_booking_finds_nothing() {
            refused(() -> side.send(new PayBooking(booking, new UserId("other"), VISA)), new BookingNotFound(booking));
        }

        @Test
        void for_a_cancelled_show_is_refused_and_keeps_no_money() {
            pay(ASKS);
            side.bean(SandboxProvider.class).completeAction(attempt(1));
            side.send(new CancelShow(show, ORGANIZER, false));

            assertThatThrownBy(() -> pay(ASKS))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            e -> assertThat(e.rejection()).isInstanceOfAny(NotOnSale.class, BookingClosed.class));

            later();
            assertThat(money()).containsExactly("CANCELED");
            seatsAndMoneyAgree();
        }

        @Test
        void what_was_refunded_is_refused() {
            pay(VISA);
            side.send(new RefundBooking(booking, null));
            refused(() -> pay(VISA), new BookingClosed(booking, BookingStatus.REFUNDED));
        }

        @Test
        void while_the_money_goes_back_is_refused_and_takes_nothing() {
            pay(VISA);
            INTERRUPTIONS.next = "CompleteRefund";
            assertThatThrownBy(() -> side.send(new RefundBooking(booking, null)))
                    .isInstanceOf(RuntimeException.class);

            refused(() -> pay(VISA), new BookingClosed(booking, BookingStatus.REFUNDED));
            assertThat(money()).containsExactly("REFUNDED");
        }

        @Test
        void whose_money_cannot_be_let_go_is_still_told_why_and_the_alarm_lets_go_of_it() {
            pay(ASKS);
            side.bean(SandboxProvider.class).completeAction(attempt(1));
            // The hold ends while the bank answers: the provider says yes, the seats say no.
            INTERRUPTIONS.next = "cancel";
            side.jdbc()
                    .sql("UPDATE store.deadline SET due_at = due_at + interval '1 day'")
                    .update();
            side.clock().advance(Duration.ofSeconds(HOLD_SECONDS));
            refused(() -> side.send(new CompleteSandboxPayment(attempt(1), BUYER)), new HoldExpired(booking));
            assertThat(money()).containsExactly("AUTHORIZED");

            side.clock().advance(Duration.ofDays(1));
            later();
            assertThat(money()).containsExactly("CANCELED");
            seatsAndMoneyAgree();
        }
    }

    @Nested
    class Asking_the_bank {

        @Test
        void notes_the_wait_once_however_often_it_is_said() {
            assertThat(pay(ASKS)).extracting(Payment::status).isEqualTo(PaymentStatus.REQUIRES_ACTION);
            assertThat(pay(ASKS)).extracting(Payment::status).isEqualTo(PaymentStatus.REQUIRES_ACTION);
            pay(ASKS);
            assertThat(side.events(booking.value()))
                    .filteredOn(PaymentActionRequired.class::isInstance)
                    .containsExactly(new PaymentActionRequired(booking, attempt(1)));
        }

        @Test
        void ends_in_a_sale() {
            pay(ASKS);
            assertThat(side.<Payment>send(new CompleteSandboxPayment(attempt(1), BUYER)))
                    .isEqualTo(new Payment(attempt(1), PaymentStatus.CAPTURED, PRICE.plus(PRICE)));
            later();
            seatsAndMoneyAgree();
        }

        @Test
        void is_only_for_the_buyer() {
            pay(ASKS);
            refused(
                    () -> side.send(new CompleteSandboxPayment(attempt(1), new UserId("other"))),
                    new PaymentNotFound(attempt(1).value()));
            refused(
                    () -> side.send(new CompleteSandboxPayment(attempt(7), BUYER)),
                    new PaymentNotFound(attempt(7).value()));
            assertThat(money()).containsExactly("REQUIRES_ACTION");
        }

        @Test
        void about_an_attempt_that_another_took_the_place_of_says_that_the_hold_lives() {
            pay(ASKS);
            refused(() -> pay("pm_card_chargeDeclined"), new PaymentDeclined(booking, "generic_decline"));

            refused(
                    () -> side.send(new CompleteSandboxPayment(attempt(1), BUYER)),
                    new PaymentDeclined(booking, "superseded"));

            assertThat(money()).containsExactly("CANCELED", "DECLINED");
            assertThat(lastOfSeat(3)).isEqualTo("TicketReserved");
            assertThat(pay(VISA)).extracting(Payment::paymentId).isEqualTo(attempt(3));
        }

        @Test
        void about_a_hold_that_has_ended_says_so() {
            pay(ASKS);
            later();
            assertThat(money()).containsExactly("CANCELED");
            refused(() -> side.send(new CompleteSandboxPayment(attempt(1), BUYER)), new HoldExpired(booking));
            seatsAndMoneyAgree();
        }

        @Test
        void about_a_hold_that_was_given_back_says_so() {
            pay(ASKS);
            side.send(new ReleaseBooking(booking, BUYER));
            later();
            refused(
                    () -> side.send(new CompleteSandboxPayment(attempt(1), BUYER)),
                    new BookingClosed(booking, BookingStatus.RELEASED));
        }
    }

    @Nested
    class Giving_back {

        @Test
        void gives_the_money_and_then_the_seats_back_and_twice_is_once() {
            pay(VISA);
            side.send(new RefundBooking(booking, ORGANIZER));
            side.send(new RefundBooking(booking, ORGANIZER));
            assertThat(story())
                    .containsExactly(
                            "BookingReserved",
                            "PaymentStarted",
                            "BookingConfirmed",
                            "PaymentCaptured",
                            "RefundStarted",
                            "BookingRefunded");
            assertThat(money()).containsExactly("REFUNDED");
            seatsAndMoneyAgree();
        }

        @Test
        void is_for_the_shows_organizer_and_nobody_else_finds_a_booking() {
            pay(VISA);
            refused(() -> side.send(new RefundBooking(booking, new UserId("rival"))), new BookingNotFound(booking));
            BookingId nowhere = new BookingId("nosuch-b1");
            refused(() -> side.send(new RefundBooking(nowhere, ORGANIZER)), new BookingNotFound(nowhere));
            refused(() -> side.send(new RefundBooking(nowhere, null)), new BookingNotFound(nowhere));
            assertThat(money()).containsExactly("CAPTURED");
        }

        @Test
        void needs_a_sale() {
            refused(
                    () -> side.send(new RefundBooking(booking, ORGANIZER)),
                    new BookingClosed(booking, BookingStatus.RESERVED));
        }

        @Test
        void money_that_was_never_taken_notes_no_taking() {
            INTERRUPTIONS.next = "capture";
            assertThatThrownBy(() -> pay(VISA)).isInstanceOf(RuntimeException.class);
            side.send(new RefundBooking(booking, ORGANIZER));
            later();
            assertThat(money()).containsExactly("CANCELED");
            assertThat(side.events(booking.value())).noneMatch(PaymentCaptured.class::isInstance);
            seatsAndMoneyAgree();
        }
    }

    @Nested
    class After_a_crash {

        @ParameterizedTest
        @ValueSource(strings = {"StartPayment", "authorize", "ConfirmBooking"})
        void before_the_sale_the_alarm_frees_the_seats_and_lets_go_of_the_money(String step) {
            INTERRUPTIONS.next = step;
            assertThatThrownBy(() -> pay(VISA)).isInstanceOf(RuntimeException.class);
            later();
            assertThat(story()).endsWith("BookingExpired");
            seatsAndMoneyAgree();
        }

        @ParameterizedTest
        @ValueSource(strings = {"capture", "RecordCapture"})
        void after_the_sale_the_alarm_takes_the_money(String step) {
            INTERRUPTIONS.next = step;
            assertThatThrownBy(() -> pay(VISA)).isInstanceOf(RuntimeException.class);
            later();
            assertThat(story()).endsWith("BookingConfirmed", "PaymentCaptured");
            seatsAndMoneyAgree();
        }

        @ParameterizedTest
        @ValueSource(strings = {"authorize", "ConfirmBooking", "capture", "RecordCapture"})
        void paying_again_takes_it_up(String step) {
            INTERRUPTIONS.next = step;
            assertThatThrownBy(() -> pay(VISA)).isInstanceOf(RuntimeException.class);
            side.clock().advance(Duration.ofSeconds(21));
            assertThat(pay(VISA)).extracting(Payment::paymentId).isEqualTo(attempt(1));
            assertThat(money()).containsExactly("CAPTURED");
            later();
            seatsAndMoneyAgree();
        }

        @Test
        void before_the_wait_for_the_bank_is_noted_the_alarm_ends_it() {
            INTERRUPTIONS.next = "AwaitPaymentAction";
            assertThatThrownBy(() -> pay(ASKS)).isInstanceOf(RuntimeException.class);
            later();
            assertThat(money()).containsExactly("CANCELED");
            seatsAndMoneyAgree();
        }

        @Test
        void before_a_decline_is_noted_the_alarm_ends_it() {
            INTERRUPTIONS.next = "DeclinePayment";
            assertThatThrownBy(() -> pay("pm_card_chargeDeclined")).isInstanceOf(RuntimeException.class);
            later();
            assertThat(money()).containsExactly("DECLINED");
            seatsAndMoneyAgree();
        }

        @Test
        void before_a_refund_began_nothing_has_changed() {
            pay(VISA);
            INTERRUPTIONS.next = "StartRefund";
            assertThatThrownBy(() -> side.send(new RefundBooking(booking, null)))
                    .isInstanceOf(RuntimeException.class);
            later();
            assertThat(story()).endsWith("PaymentCaptured");
            seatsAndMoneyAgree();
        }

        @ParameterizedTest
        @ValueSource(strings = {"refund", "CompleteRefund"})
        void in_a_refund_the_alarm_completes_it(String step) {
            pay(VISA);
            INTERRUPTIONS.next = step;
            assertThatThrownBy(() -> side.send(new RefundBooking(booking, null)))
                    .isInstanceOf(RuntimeException.class);
            side.clock().advance(Duration.ofSeconds(31));
            await().until(() -> story().getLast().equals("BookingRefunded"));
            assertThat(money()).containsExactly("REFUNDED");
            seatsAndMoneyAgree();
        }

        @Test
        void an_errand_of_the_alarm_that_fails_is_run_again() {
            INTERRUPTIONS.next = "capture";
            assertThatThrownBy(() -> pay(VISA)).isInstanceOf(RuntimeException.class);
            INTERRUPTIONS.next = "capture";
            side.clock().advance(Duration.ofSeconds(HOLD_SECONDS));
            await().until(() -> INTERRUPTIONS.next == null);
            later();
            assertThat(story()).endsWith("BookingConfirmed", "PaymentCaptured");
            seatsAndMoneyAgree();
        }

        @Test
        void money_that_was_reserved_after_the_holds_alarm_is_let_go_by_another() {
            side.clock().advance(Duration.ofSeconds(HOLD_SECONDS - 1));
            pay(ASKS);
            side.clock().advance(Duration.ofSeconds(58));
            INTERRUPTIONS.next = "authorize";
            assertThatThrownBy(() -> pay(VISA)).isInstanceOf(RuntimeException.class);
            // The third attempt begins when nothing can carry the hold on for long any more, and the bank takes longer
            // than that.
            side.clock().advance(Duration.ofSeconds(50));
            INTERRUPTIONS.meanwhile("authorize", () -> {
                side.clock().advance(Duration.ofSeconds(20));
                await().until(() -> story().getLast().equals("BookingExpired") && side.quiet());
                INTERRUPTIONS.next = "ConfirmBooking";
            });
            assertThatThrownBy(() -> pay("pm_card_mastercard")).isInstanceOf(RuntimeException.class);
            assertThat(money()).containsExactly("CANCELED", "AUTHORIZED");

            later();
            assertThat(money()).containsExactly("CANCELED", "CANCELED");
            seatsAndMoneyAgree();
        }
    }
}
