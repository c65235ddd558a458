package ticketing.projections.seatfeed;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One show's board with its watchers. The first change after a quiet moment becomes a frame at once; after that changes are gathered, so that there
 * are at most ten frames a second. Frames are encoded when the first watcher asks and then shared. Watchers pull: one who is slow misses frames and is
 * later told everything in one, so nothing is ever queued for anybody.
 */
final class SeatChannel {

    static final Duration BETWEEN_FRAMES = Duration.ofMillis(100);

    /** A frame with more changes than this costs more than a snapshot of all but the largest venues. */
    private static final int MOST_CHANGES = 2_000;

    /** How many different starting points of deltas are remembered for one frame; the rest is encoded again. */
    private static final int MOST_DELTAS = 64;

    private final String epoch;
    private final SeatBoard board;
    private final FramePacer pacer;
    private final Set<SeatSubscription> subscriptions = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean cutPending = new AtomicBoolean();

    private volatile long framedSeq;
    private volatile long lastCut;

    private final Map<Long, SeatFrame> deltas = new HashMap<>();
    private @Nullable SeatFrame snapshot;

    SeatChannel(String epoch, SeatBoard board, FramePacer pacer) {
        this.epoch = epoch;
        this.board = board;
        this.pacer = pacer;
        this.framedSeq = board.framedSeq();
        this.lastCut = pacer.nanoTime() - BETWEEN_FRAMES.toNanos();
    }

    /** Takes in an event of the show; watchers hear of it after {@link #announce}. */
    void apply(SeatChange change) {
        board.apply(change);
    }

    /** Sees to it that what was applied becomes a frame as soon as one is due. */
    void announce() {
        if (cutPending.compareAndSet(false, true)) {
            long due = lastCut + BETWEEN_FRAMES.toNanos() - pacer.nanoTime();
            pacer.after(Math.max(0, due), this::cut);
        }
    }

    private void cut() {
        long cutBefore = lastCut;
        // Both before the cut: a change that arrives after it must be able to order the next one, and a tenth of a
        // second later.
        lastCut = pacer.nanoTime();
        cutPending.set(false);
        synchronized (deltas) {
            if (!board.cut()) {
                lastCut = cutBefore;
                return;
            }
            deltas.clear();
            snapshot = null;
            framedSeq = board.framedSeq();
        }
        subscriptions.forEach(SeatSubscription::wake);
    }

    Availability availability() {
        return board.live();
    }

    SeatSubscription subscribe(@Nullable ResumePoint resumeFrom, long fedTo) {
        SeatSubscription subscription =
                new SeatSubscription(this, resumeFrom != null && isKnown(resumeFrom, fedTo) ? resumeFrom.seq() : null);
        subscriptions.add(subscription);
        return subscription;
    }

    /** Not from another store, and not from the future: a client that has seen more than this node starts again. */
    private boolean isKnown(ResumePoint point, long fedTo) {
        return point.epoch().equals(epoch) && point.seq() >= 0 && point.seq() <= Math.max(fedTo, board.liveSeq());
    }

    void leave(SeatSubscription subscription) {
        subscriptions.remove(subscription);
    }

    boolean isWatched() {
        return !subscriptions.isEmpty();
    }

    /** Ends every subscription. */
    void close() {
        subscriptions.forEach(SeatSubscription::close);
    }

    /** Whether a watcher who has seen everything up to this position has missed something. */
    boolean hasNewsFor(long seen) {
        return framedSeq > seen;
    }

    SeatFrame snapshot() {
        synchronized (deltas) {
            SeatFrame shared = snapshot;
            if (shared == null) {
                shared = SeatFrame.snapshot(board.framed());
                snapshot = shared;
            }
            return shared;
        }
    }

    /** What brings a watcher who has seen everything up to this position up to date: a delta if that is known, else a snapshot. */
    SeatFrame since(long seen) {
        synchronized (deltas) {
            SeatFrame shared = deltas.get(seen);
            if (shared != null) {
                return shared;
            }
            Optional<SeatDelta> delta = board.changesSince(seen);
            if (delta.isEmpty() || delta.get().changes().size() > MOST_CHANGES) {
                return snapshot();
            }
            SeatFrame frame = SeatFrame.delta(epoch, delta.get());
            if (deltas.size() < MOST_DELTAS) {
                deltas.put(seen, frame);
            }
            return frame;
        }
    }
}
