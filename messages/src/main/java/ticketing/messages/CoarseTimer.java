package ticketing.messages;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Bounds waits that nearly always end long before their time. A timed park of a virtual thread, and a future with a timeout, each sets an alarm of its own with the
 * one thread that keeps them all in order, and takes it back: of a booking's processor time that was a tenth. Here whoever waits is only on a list, and one thread goes through
 * it every {@value #TICK_MILLIS} ms: so a wait that is not ended otherwise ends up to that much late.
 *
 * <p>How long the list gets is bounded by the number of threads that wait.
 */
public final class CoarseTimer {

    static final long TICK_MILLIS = 5;

    private static final Set<Alarm> ALARMS = ConcurrentHashMap.newKeySet();

    static {
        Thread.ofPlatform().daemon().name("coarse-timer").start(CoarseTimer::tick);
    }

    private CoarseTimer() {}

    /**
     * Parks the current thread as {@link LockSupport#park(Object)} does, so it may return for no reason, but no longer than about this many nanoseconds.
     */
    public static void parkNanos(Object blocker, long nanos) {
        Thread waiter = Thread.currentThread();
        Alarm alarm = new Alarm(System.nanoTime() + nanos, () -> LockSupport.unpark(waiter));
        ALARMS.add(alarm);
        try {
            LockSupport.park(blocker);
        } finally {
            ALARMS.remove(alarm);
        }
    }

    /**
     * Waits for the future as its own {@code get} with a timeout does; it stays incomplete if the time is over.
     *
     * @throws TimeoutException if it is not completed in time
     */
    public static <T> T get(CompletableFuture<T> future, Duration atMost)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (!future.isDone()) {
            Thread waiter = Thread.currentThread();
            CompletableFuture<?> _ = future.whenComplete((_, _) -> LockSupport.unpark(waiter));
            long deadline = System.nanoTime() + atMost.toNanos();
            while (!future.isDone()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new TimeoutException();
                }
                parkNanos(future, left);
            }
        }
        return future.get();
    }

    private static void tick() {
        while (true) {
            try {
                Thread.sleep(TICK_MILLIS);
                long now = System.nanoTime();
                for (Alarm alarm : ALARMS) {
                    if (alarm.at - now <= 0) {
                        alarm.action.run();
                    }
                }
            } catch (Throwable e) {
                // Everybody relies on it: whatever it was, the next round looks again.
            }
        }
    }

    /** Equal to itself alone. */
    private static final class Alarm {
        private final long at;
        private final Runnable action;

        Alarm(long at, Runnable action) {
            this.at = at;
            this.action = action;
        }
    }
}
