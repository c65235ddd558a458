package ticketing.projections.seatfeed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One show's board with its watchers. The first change after a quiet moment becomes a frame at once; after that changes are gathered, so that there
 * are at most ten frames a second. Frames are encoded when the first watcher asks and then shared. Watchers pull: one who is slow misses frames and is
 * later told everything in one, so nothing is ever queued for anybody.
 */
final class SeatChannel {

    static final Duration BETWEEN_FRAMES = Duration.ofMillis(100);

    /** How many different choices of sections are told apart at once. Whoever comes with one more is told of the whole show. */
    static final int MOST_SCOPES = 256;

    private final String epoch;
    private final SeatBoard board;
    private final FramePacer pacer;
    private final AtomicBoolean cutPending = new AtomicBoolean();
    private final SeatAudience whole;
    private volatile long lastCut;

    // Guarded by itself.
    private final Map<SeatScope, SeatAudience> parts = new HashMap<>();

    SeatChannel(String epoch, SeatBoard board, FramePacer pacer) {
        this.epoch = epoch;
        this.board = board;
        this.pacer = pacer;
        this.whole = new SeatAudience(epoch, board, SeatScope.EVERYTHING);
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
        List<SeatAudience> concerned = new ArrayList<>();
        synchronized (parts) {
            synchronized (board) {
                long before = board.framedSeq();
                if (!board.cut()) {
                    lastCut = cutBefore;
                    return;
                }
                long seq = board.framedSeq();
                whole.cut(null, seq);
                concerned.add(whole);
                if (!parts.isEmpty()) {
                    SeatDelta news = board.changesSince(before).orElse(null);
                    for (SeatAudience part : parts.values()) {
                        if (part.cut(news, seq)) {
                            concerned.add(part);
                        }
                    }
                }
            }
        }
        concerned.forEach(SeatAudience::wake);
    }

    Availability availability() {
        return board.live();
    }

    /**
     * A new watcher.
     *
     * @param sections those that the watcher wants to be told of; none stands for the whole show
     * @param resumeFrom what the watcher has seen before, if anything
     * @param onNews run, by the thread of all frames, whenever there may be something new and when the subscription ends
     * @throws ticketing.messages.Rejected if the show has no such section
     */
    SeatSubscription subscribe(
            Collection<String> sections, @Nullable ResumePoint resumeFrom, long fedTo, @Nullable Runnable onNews) {
        SeatScope scope = board.scope(sections);
        Long seen = resumeFrom != null && isKnown(resumeFrom, fedTo) ? resumeFrom.seq() : null;
        synchronized (parts) {
            SeatAudience audience = audience(scope);
            SeatSubscription subscription = new SeatSubscription(this, audience, seen, onNews);
            audience.join(subscription);
            return subscription;
        }
    }

    private SeatAudience audience(SeatScope scope) {
        SeatAudience known = scope.isEverything() ? whole : parts.get(scope);
        if (known == null && parts.size() >= MOST_SCOPES) {
            return whole;
        }
        return known == null ? parts.computeIfAbsent(scope, wanted -> new SeatAudience(epoch, board, wanted)) : known;
    }

    /** Not from another store, and not from the future: a client that has seen more than this node starts again. */
    private boolean isKnown(ResumePoint point, long fedTo) {
        return point.epoch().equals(epoch) && point.seq() >= 0 && point.seq() <= Math.max(fedTo, board.liveSeq());
    }

    void leave(SeatAudience audience, SeatSubscription subscription) {
        if (audience == whole) {
            audience.leave(subscription);
            return;
        }
        synchronized (parts) {
            audience.leave(subscription);
            if (!audience.isWatched()) {
                parts.remove(audience.scope(), audience);
            }
        }
    }

    boolean isWatched() {
        synchronized (parts) {
            return whole.isWatched() || !parts.isEmpty();
        }
    }

    /** Ends every subscription. */
    void close() {
        List<SeatAudience> all = new ArrayList<>();
        all.add(whole);
        synchronized (parts) {
            all.addAll(parts.values());
        }
        all.forEach(SeatAudience::close);
    }
}
