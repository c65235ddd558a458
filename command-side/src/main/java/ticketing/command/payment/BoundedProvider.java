package ticketing.command.payment;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import ticketing.messages.CoarseTimer;
import ticketing.messages.Money;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.PaymentId;

/**
 * Holds a provider to its contract: a call that takes longer than it may is interrupted and fails, and at most so many are under way at once, those included
 * that do not heed the interruption. So a slow provider costs its own callers time and nobody else anything.
 */
final class BoundedProvider implements PaymentProvider {

    private static final int MOST = 512;

    private final PaymentProvider provider;
    private final Duration timeout;
    private final Semaphore slots;

    BoundedProvider(PaymentProvider provider) {
        this(provider, TIMEOUT, MOST);
    }

    BoundedProvider(PaymentProvider provider, Duration timeout, int most) {
        this.provider = provider;
        this.timeout = timeout;
        this.slots = new Semaphore(most);
    }

    @Override
    public boolean accepts(String paymentMethod) {
        return bounded(() -> provider.accepts(paymentMethod));
    }

    @Override
    public String methods() {
        return provider.methods();
    }

    @Override
    public Authorization authorize(PaymentId paymentId, BookingId bookingId, Money amount, String paymentMethod) {
        return bounded(() -> provider.authorize(paymentId, bookingId, amount, paymentMethod));
    }

    @Override
    public Authorization retrieve(PaymentId paymentId) {
        return bounded(() -> provider.retrieve(paymentId));
    }

    @Override
    public boolean capture(PaymentId paymentId) {
        return bounded(() -> provider.capture(paymentId));
    }

    @Override
    public void cancel(PaymentId paymentId) {
        bounded(() -> {
            provider.cancel(paymentId);
            return true;
        });
    }

    @Override
    public void refund(PaymentId paymentId) {
        bounded(() -> {
            provider.refund(paymentId);
            return true;
        });
    }

    private <R> R bounded(Callable<R> call) {
        if (!slots.tryAcquire()) {
            throw new IllegalStateException(
                    "The payment provider is asked too much at once", new TimeoutException("no call was free"));
        }
        CompletableFuture<R> answer = new CompletableFuture<>();
        Thread asking = Thread.ofVirtual().name("payment-provider").start(() -> ask(call, answer));
        try {
            return CoarseTimer.get(answer, timeout);
        } catch (TimeoutException e) {
            asking.interrupt();
            throw new IllegalStateException("The payment provider has not answered; the payment is taken up later", e);
        } catch (InterruptedException e) {
            asking.interrupt();
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while the payment provider was asked");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("The payment provider failed", e.getCause());
        }
    }

    /** The place is free before the answer is known, so that whoever has it can ask the next question. */
    private <R> void ask(Callable<R> call, CompletableFuture<R> answer) {
        R result;
        try {
            result = call.call();
        } catch (Throwable e) {
            slots.release();
            answer.completeExceptionally(e);
            return;
        }
        slots.release();
        answer.complete(result);
    }
}
