package ticketing.command.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static ticketing.command.CommandSide.BUYER;
import static ticketing.command.CommandSide.HOLD_SECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.deadline.GenericDeadlineMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import ticketing.command.CommandSide;
import ticketing.command.PolicyScope;
import ticketing.command.payment.PaymentProvider;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.booking.BookingCommand.AwaitPaymentAction;
import ticketing.messages.booking.BookingCommand.ConfirmBooking;
import ticketing.messages.booking.BookingCommand.PayBooking;
import ticketing.messages.booking.BookingCommand.StartPayment;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.show.ShowId;

/** The alarm beside a provider that fails or does not answer; what it repairs after a crash is in {@code CheckoutTest}. */
@Timeout(120)
class BookingAlarmTest {

    private static final Moody PROVIDER = new Moody();

    private static CommandSide side;

    @BeforeAll
    static void open() {
        side = new CommandSide(Map.of("ticketing.payment.provider", "moody"), Others.class);
    }

    @AfterAll
    static void close() {
        side.close();
    }

    @AfterEach
    void good_mood() {
        PROVIDER.answers = new CountDownLatch(0);
        PROVIDER.failing.clear();
        PROVIDER.let.clear();
        side.clock().advance(Duration.ofSeconds(HOLD_SECONDS + 200));
        await().atMost(Duration.ofSeconds(30)).until(side::quiet);
    }

    static class Others {
        @Bean
        @ConditionalOnProperty(name = "ticketing.payment.provider", havingValue = "moody")
        PaymentProvider moody() {
            return PROVIDER;
        }
    }

    /** Declines every payment, fails to let go of some, and of others only when it feels like it. */
    private static final class Moody implements PaymentProvider {
        private final Set<PaymentId> failing = ConcurrentHashMap.newKeySet();
        private final Set<PaymentId> let = ConcurrentHashMap.newKeySet();
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private volatile CountDownLatch answers = new CountDownLatch(0);

        @Override
        public boolean accepts(String paymentMethod) {
            return true;
        }

        @Override
        public String methods() {
            return "any";
        }

        @Override
        public Authorization authorize(PaymentId paymentId, BookingId bookingId, Money amount, String paymentMethod) {
            return new Authorization.Declined("mood");
        }

        @Override
        public Authorization retrieve(PaymentId paymentId) {
            return new Authorization.Unknown();
        }

        @Override
        public boolean capture(PaymentId paymentId) {
            return false;
        }

        @Override
        public void cancel(PaymentId paymentId) {
            most.accumulateAndGet(asked.incrementAndGet(), Math::max);
            try {
                answers.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            } finally {
                asked.decrementAndGet();
            }
            if (failing.contains(paymentId)) {
                throw new IllegalStateException("planned for " + paymentId);
            }
            let.add(paymentId);
        }

        @Override
        public void refund(PaymentId paymentId) {}
    }

    private static PaymentId attempt(BookingId booking, int number) {
        return new PaymentId(booking + ".p" + number);
    }

    private static void declined(BookingId booking) {
        assertThatThrownBy(() -> side.send(new PayBooking(booking, BUYER, "any")))
                .isInstanceOf(Rejected.class);
    }

    private static String last(BookingId booking) {
        return side.events(booking.value()).getLast().getClass().getSimpleName();
    }

    private static long expired(List<BookingId> bookings) {
        return bookings.stream()
                .filter(booking -> last(booking).equals("BookingExpired"))
                .count();
    }

    @Test
    void a_payment_that_cannot_be_let_go_keeps_no_other_from_it_and_is_tried_again() {
        BookingId booking = side.hold(side.show(), 1);
        declined(booking);
        declined(booking);
        PROVIDER.failing.add(attempt(booking, 1));

        side.clock().advance(Duration.ofSeconds(HOLD_SECONDS));
        await().until(() -> PROVIDER.let.contains(attempt(booking, 2)));
        assertThat(last(booking)).isEqualTo("BookingExpired");
        assertThat(PROVIDER.let).doesNotContain(attempt(booking, 1));

        PROVIDER.failing.clear();
        side.clock().advance(Duration.ofMinutes(1));
        await().until(() -> PROVIDER.let.contains(attempt(booking, 1)));
    }

    @Test
    void money_that_the_provider_has_lost_is_not_passed_over() {
        BookingId booking = side.hold(side.show(), 1);
        side.send(new StartPayment(booking, BUYER, "any"));
        side.send(new AwaitPaymentAction(booking, attempt(booking, 1)));
        side.send(new ConfirmBooking(booking, attempt(booking, 1)));

        assertThatThrownBy(() -> ring(booking)).hasMessage("There is no money to take for " + attempt(booking, 1));
        assertThat(last(booking)).isEqualTo("BookingConfirmed");
    }

    @Test
    void alarms_that_wait_for_a_slow_provider_keep_no_hold_from_ending() {
        CountDownLatch never = new CountDownLatch(1);
        PROVIDER.answers = never;
        List<BookingId> paying = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ShowId show = side.show();
            for (int seat = 0; seat < 8; seat++) {
                BookingId booking = side.hold(show, seat);
                declined(booking);
                paying.add(booking);
            }
        }
        BookingId unpaid = side.hold(side.show(), 1);
        PROVIDER.most.set(0);

        side.clock().advance(Duration.ofSeconds(HOLD_SECONDS));

        await().atMost(Duration.ofSeconds(60)).until(() -> expired(paying) == paying.size());
        await().until(() -> last(unpaid).equals("BookingExpired"));
        assertThat(PROVIDER.most.get()).isBetween(1, 64);
        never.countDown();
    }

    @Test
    void only_its_own_deadlines_are_its_business() throws Exception {
        BookingAlarm alarm = side.bean(BookingAlarm.class);
        assertThat(alarm.canResolve(HoldEnds.SCOPE)).isTrue();
        assertThat(alarm.canResolve(new PolicyScope("other"))).isFalse();
        // Dropping it would be for ever; a newer node may know it.
        assertThatThrownBy(() -> alarm.send(
                        GenericDeadlineMessage.asDeadlineMessage("other", "other", side.now()), HoldEnds.SCOPE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void ring(BookingId booking) throws Exception {
        side.bean(BookingAlarm.class)
                .send(
                        GenericDeadlineMessage.asDeadlineMessage(HoldEnds.DEADLINE, new HoldEnds(booking), side.now()),
                        HoldEnds.SCOPE);
    }
}
