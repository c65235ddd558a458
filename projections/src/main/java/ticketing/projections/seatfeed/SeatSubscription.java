package ticketing.projections.seatfeed;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One watcher of one show. The first frame is a snapshot, or a delta that continues what the watcher had seen before; every further one continues the
 * one before it, or is a new snapshot. For use by one thread at a time, except for {@link #close}.
 */
public final class SeatSubscription implements AutoCloseable {

    private final SeatChannel.Cohort cohort;
    private final SeatAudience audience;
    private final @Nullable Runnable onNews;
    private volatile boolean closed;
    private volatile @Nullable Thread waiting;
    private boolean started;
    private @Nullable Long seen;

    SeatSubscription(SeatChannel.Cohort cohort, SeatAudience audience, @Nullable Long seen, @Nullable Runnable onNews) {
        this.cohort = cohort;
        this.audience = audience;
        this.seen = seen;
        this.onNews = onNews;
    }

    /**
     * The next frame. A watcher who resumes gets one at once even if nothing has changed.
     *
     * @param atMost how long to wait for something to happen
     * @return null if nothing has happened in time, or if the subscription is closed
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public @Nullable SeatFrame next(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        // Announced before looking: whoever frames something after the look wakes this thread.
        waiting = Thread.currentThread();
        try {
            while (!closed) {
                SeatFrame frame = poll();
                if (frame != null) {
                    return frame;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return null;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.parkNanos(this, left);
            }
            return null;
        } finally {
            waiting = null;
        }
    }

    /** As {@link #next} without waiting. */
    public @Nullable SeatFrame poll() {
        Long before = seen;
        SeatFrame frame;
        if (before == null) {
            frame = audience.snapshot();
        } else if (!started || audience.hasNewsFor(before)) {
            frame = audience.since(before);
        } else {
            return null;
        }
        started = true;
        seen = frame.seq();
        return frame;
    }

    void wake() {
        Thread thread = waiting;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
        if (onNews != null) {
            onNews.run();
        }
    }

    /** Whether there will be no further frame. */
    public boolean isClosed() {
        return closed;
    }

    /** Ends the subscription; a thread waiting for the next frame returns without one. */
    @Override
    public void close() {
        closed = true;
        cohort.leave(audience, this);
        wake();
    }
}
