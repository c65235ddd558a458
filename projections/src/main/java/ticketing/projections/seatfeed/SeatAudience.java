package ticketing.projections.seatfeed;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Those who are told of the same seats of a show at the same moments, and the frames that they share. A change of other seats is no news to them. */
final class SeatAudience {

    /** A frame with more changes than this costs more than a snapshot of all but the largest venues. */
    private static final int MOST_CHANGES = 2_000;

    /** How many different starting points of deltas are remembered for one frame; the rest is encoded again. */
    private static final int MOST_DELTAS = 64;

    private final String epoch;
    private final SeatBoard board;
    private final SeatScope scope;
    private final Set<SeatSubscription> subscriptions = ConcurrentHashMap.newKeySet();
    private volatile long framedSeq;

    // Guarded by the board, so that no frame is made in the middle of a cut.
    private final Map<Long, SeatFrame> deltas = new HashMap<>();
    private @Nullable SeatFrame snapshot;

    SeatAudience(String epoch, SeatBoard board, SeatScope scope) {
        this.epoch = epoch;
        this.board = board;
        this.scope = scope;
        this.framedSeq = board.framedSeq();
    }

    SeatScope scope() {
        return scope;
    }

    void join(SeatSubscription subscription) {
        subscriptions.add(subscription);
    }

    /** @return whether it was among them */
    boolean leave(SeatSubscription subscription) {
        return subscriptions.remove(subscription);
    }

    boolean isWatched() {
        return !subscriptions.isEmpty();
    }

    void close() {
        subscriptions.forEach(SeatSubscription::close);
    }

    /**
     * Takes in that the board was cut. The caller holds the board's lock since before that.
     *
     * @param news what it changed; absent if that is not known
     * @return whether it concerns this audience
     */
    boolean cut(@Nullable SeatDelta news, long seq) {
        if (news != null && !scope.isEverything() && !news.concerns(scope)) {
            return false;
        }
        deltas.clear();
        snapshot = null;
        framedSeq = seq;
        return true;
    }

    void wake() {
        subscriptions.forEach(SeatSubscription::wake);
    }

    /** Whether a watcher who has seen everything up to this position has missed something. */
    boolean hasNewsFor(long seen) {
        return framedSeq > seen;
    }

    SeatFrame snapshot() {
        synchronized (board) {
            SeatFrame shared = snapshot;
            if (shared == null) {
                shared = SeatFrame.snapshot(epoch, board.framedSeq(), board.framed(), scope);
                snapshot = shared;
            }
            return shared;
        }
    }

    /** What brings a watcher who has seen everything up to this position up to date: a delta if that is known, else a snapshot. */
    SeatFrame since(long seen) {
        synchronized (board) {
            SeatFrame shared = deltas.get(seen);
            if (shared != null) {
                return shared;
            }
            long upTo = Math.max(seen, framedSeq);
            Optional<SeatDelta> delta =
                    board.changes(seen, upTo).map(changes -> scope.isEverything() ? changes : changes.within(scope));
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
