package ticketing.command.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.messages.Money;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.PaymentId;

@Timeout(60)
class BoundedProviderTest {

    private static final PaymentId PAYMENT = new PaymentId("show1-bx.p1");
    private static final BookingId BOOKING = new BookingId("show1-bx");
    private static final Money PRICE = Money.ofMinorUnits(4950, "EUR");
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicBoolean heedsInterruption = new AtomicBoolean(true);
    private final AtomicBoolean interrupted = new AtomicBoolean();

    /** A provider that answers everything, captures and refunds only when it is told to. */
    private final PaymentProvider slow = new PaymentProvider() {
        @Override
        public boolean accepts(String paymentMethod) {
            return paymentMethod.equals("known");
        }

        @Override
        public String methods() {
            return "known";
        }

        @Override
        public Authorization authorize(PaymentId paymentId, BookingId bookingId, Money amount, String paymentMethod) {
            return new Authorization.Declined(paymentId + " " + bookingId + " " + amount.minorUnits() + paymentMethod);
        }

        @Override
        public Authorization retrieve(PaymentId paymentId) {
            return new Authorization.Unknown();
        }

        @Override
        public boolean capture(PaymentId paymentId) {
            boolean answered = false;
            while (!answered) {
                try {
                    answer.await();
                    answered = true;
                } catch (InterruptedException e) {
                    interrupted.set(true);
                    answered = heedsInterruption.get();
                }
            }
            return true;
        }

        @Override
        public void cancel(PaymentId paymentId) {
            throw new UnsupportedOperationException("planned");
        }

        @Override
        public void refund(PaymentId paymentId) {
            capture(paymentId);
        }
    };

    @Test
    void what_answers_in_time_is_passed_on() {
        answer.countDown();
        PaymentProvider bounded = new BoundedProvider(slow, LONG, 1);
        assertThat(bounded.accepts("known")).isTrue();
        assertThat(bounded.accepts("other")).isFalse();
        assertThat(bounded.authorize(PAYMENT, BOOKING, PRICE, "m"))
                .isEqualTo(new PaymentProvider.Authorization.Declined("show1-bx.p1 show1-bx 4950m"));
        assertThat(bounded.retrieve(PAYMENT)).isEqualTo(new PaymentProvider.Authorization.Unknown());
        assertThat(bounded.capture(PAYMENT)).isTrue();
        bounded.refund(PAYMENT);
    }

    @Test
    void what_fails_fails_as_it_did() {
        assertThatThrownBy(() -> new BoundedProvider(slow, LONG, 1).cancel(PAYMENT))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("planned");
    }

    @Test
    void what_takes_too_long_is_interrupted_and_its_outcome_open() {
        BoundedProvider bounded = new BoundedProvider(slow, SHORT, 1);
        assertThatThrownBy(() -> bounded.capture(PAYMENT)).hasCauseInstanceOf(TimeoutException.class);
        await().untilTrue(interrupted);
    }

    @Test
    void what_never_ends_keeps_its_place_and_no_more_begin_than_there_are_places() {
        heedsInterruption.set(false);
        BoundedProvider bounded = new BoundedProvider(slow, SHORT, 2);
        assertThatThrownBy(() -> bounded.capture(PAYMENT)).hasCauseInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> bounded.refund(PAYMENT)).hasCauseInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> bounded.retrieve(PAYMENT)).hasMessageContaining("asked too much at once");

        answer.countDown();
        await().ignoreExceptions()
                .until(() -> bounded.retrieve(PAYMENT) instanceof PaymentProvider.Authorization.Unknown);
    }

    @Test
    void whoever_waits_can_be_interrupted() throws Exception {
        BoundedProvider bounded = new BoundedProvider(slow, LONG, 1);
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                bounded.capture(PAYMENT);
            } catch (RuntimeException e) {
                stillInterrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        waiting.interrupt();
        waiting.join();
        assertThat(stillInterrupted).isTrue();
    }
}
