package ticketing.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CoarseTimerTest {

    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void who_parks_is_woken_when_the_time_is_over_and_not_before() {
        long nanos = TimeUnit.MILLISECONDS.toNanos(50);
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < nanos) {
            CoarseTimer.parkNanos(this, nanos - (System.nanoTime() - begun));
        }
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(nanos);
    }

    @Test
    void who_is_unparked_does_not_wait_for_the_time() throws InterruptedException {
        Thread parked = Thread.ofVirtual().start(() -> CoarseTimer.parkNanos(this, LONG.toNanos()));
        await().until(() -> parked.getState() == Thread.State.WAITING);
        LockSupport.unpark(parked);
        parked.join();
    }

    @Test
    void a_future_that_is_completed_is_answered() throws Exception {
        CompletableFuture<String> future = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> future.complete("done"));
        assertThat(CoarseTimer.get(future, LONG)).isEqualTo("done");
        assertThat(CoarseTimer.get(future, Duration.ZERO)).isEqualTo("done");
    }

    @Test
    void a_future_that_fails_fails() {
        assertThatThrownBy(() -> CoarseTimer.get(CompletableFuture.failedFuture(new IllegalStateException("no")), LONG))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_future_that_takes_too_long_stays_as_it_is() {
        CompletableFuture<String> future = new CompletableFuture<>();
        assertThatThrownBy(() -> CoarseTimer.get(future, Duration.ofMillis(1))).isInstanceOf(TimeoutException.class);
        assertThat(future).isNotDone();
    }

    @Test
    void who_is_interrupted_stops_waiting() {
        CompletableFuture<String> future = new CompletableFuture<>();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread waiter = Thread.ofVirtual().start(() -> {
            try {
                CoarseTimer.get(future, LONG);
            } catch (Exception e) {
                thrown.complete(e);
            }
        });
        await().until(() -> waiter.getState() == Thread.State.WAITING);
        waiter.interrupt();
        assertThat(thrown.join()).isInstanceOf(InterruptedException.class);
    }
}
