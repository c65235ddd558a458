package ticketing.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Many callers who each call again as soon as they are answered. */
final class Load {

    /** One call of one caller. */
    interface Call {
        /** @return false if there is nothing left to do */
        boolean run(int caller) throws Exception;
    }

    /** @param latencies in microseconds */
    record Outcome(Duration elapsed, Histogram latencies) {

        double perSecond() {
            return latencies.getTotalCount() / (elapsed.toNanos() / 1e9);
        }
    }

    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(150);
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final double FASTER = 1.03;
    private static final int NOT_FASTER = 3;

    private Load() {}

    /**
     * Does the same until it becomes no faster any more. The just-in-time compiler is at work for minutes after a start, on the same cores; what is measured before is mostly its
     * doing.
     *
     * @return how long that took
     */
    static Duration warmUp(int callers, Call call) throws InterruptedException {
        return warmUp(callers, LONGEST_WARM_UP, call);
    }

    /** The same, but no longer than this. */
    static Duration warmUp(int callers, Duration longest, Call call) throws InterruptedException {
        Duration warm = Duration.ZERO;
        double best = 0;
        int notFaster = 0;
        while (notFaster < NOT_FASTER && warm.compareTo(longest) < 0) {
            double rate = run(callers, Duration.ZERO, WINDOW, call).perSecond();
            notFaster = rate > best * FASTER ? 0 : notFaster + 1;
            best = Math.max(best, rate);
            warm = warm.plus(WINDOW);
        }
        return warm;
    }

    /** Microseconds up to a minute; what takes longer counts as a minute. */
    static Histogram histogram() {
        return new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
    }

    /** Only calls that were answered after the warm-up and within the measured time count. */
    static Outcome run(int callers, Duration warmUp, Duration measured, Call call) throws InterruptedException {
        Histogram latencies = histogram();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        long begin = System.nanoTime() + warmUp.toNanos();
        long end = begin + measured.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            int caller = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    long before = System.nanoTime();
                    while (before < end && failure.get() == null && call.run(caller)) {
                        long after = System.nanoTime();
                        if (after >= begin && after < end) {
                            record(latencies, after - before);
                        }
                        before = after;
                    }
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        rethrow(failure.get());
        Inconsistent.unless(latencies.getTotalCount() > 0, "there was nothing left to measure");
        return new Outcome(Duration.ofNanos(Math.min(System.nanoTime(), end) - begin), latencies);
    }

    /**
     * Calls that are due at fixed intervals, whether or not the ones before are answered: each is measured from the moment in which it was due, so that nobody who had to wait
     * for a free caller is left out ("coordinated omission").
     *
     * @param callers how many calls may be under way at once
     * @param perSecond calls due a second
     * @return latencies of the calls that were due within the measured time
     */
    static Outcome onSchedule(int callers, int perSecond, Duration warmUp, Duration measured, Call call)
            throws InterruptedException {
        Histogram latencies = histogram();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        AtomicLong next = new AtomicLong();
        long begin = System.nanoTime();
        long measuring = begin + warmUp.toNanos();
        long end = measuring + measured.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            int caller = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    while (failure.get() == null) {
                        long due = begin + next.getAndIncrement() * TimeUnit.SECONDS.toNanos(1) / perSecond;
                        if (due >= end) {
                            return;
                        }
                        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                        if (!call.run(caller)) {
                            return;
                        }
                        if (due >= measuring) {
                            record(latencies, System.nanoTime() - due);
                        }
                    }
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        rethrow(failure.get());
        return new Outcome(Duration.ofNanos(Math.max(System.nanoTime(), end) - measuring), latencies);
    }

    /** Lets callers work off this many calls once each. */
    static void each(int callers, int calls, Call call) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    for (int n = next.getAndIncrement();
                            n < calls && failure.get() == null;
                            n = next.getAndIncrement()) {
                        call.run(n);
                    }
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        rethrow(failure.get());
    }

    static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.clamp(nanos / 1_000, 0, TimeUnit.MINUTES.toMicros(1)));
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof Inconsistent inconsistent) {
            throw inconsistent;
        }
        if (failure != null) {
            throw new IllegalStateException("a caller failed: " + failure, failure);
        }
    }
}
