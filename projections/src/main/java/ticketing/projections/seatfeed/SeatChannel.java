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
 * are at most ten frames a second for each watcher. Frames are encoded when the first watcher asks and then shared. Watchers pull: one who is slow misses frames and
 * is later told everything in one, so nothing is ever queued for anybody.
 *
 * <p>To tell thousands takes a good part of the tenth of a second between two frames, and the last would always hear of everything that much later. So they
 * are divided into cohorts that have their frames one after the other: whoever is told later is then told more.
 */
final class SeatChannel {

    static final Duration BETWEEN_FRAMES = Duration.ofMillis(100);

    /** How many different choices of sections are told apart at once by each cohort. Whoever comes with one more is told of the whole show. */
    static final int MOST_SCOPES = 256;

    /** Fewer are told so quickly that dividing them is of no use. */
    static final int WATCHERS_A_COHORT = 500;

    static final int MOST_COHORTS = 8;

    private static final long PERIOD = BETWEEN_FRAMES.toNanos();

    private final String epoch;
    private final SeatBoard board;
    private final FramePacer pacer;
    private final Cohort first;

    // Guarded by itself.
    private final List<Cohort> cohorts = new ArrayList<>();

    SeatChannel(String epoch, SeatBoard board, FramePacer pacer) {
        this.epoch = epoch;
        this.board = board;
        this.pacer = pacer;
        this.first = new Cohort(0);
        cohorts.add(first);
    }

    /** Takes in an event of the show; watchers hear of it after {@link #announce}. */
    void apply(SeatChange change) {
        board.apply(change);
    }

    /** Sees to it that what was applied becomes a frame as soon as one is due. */
    void announce() {
        for (Cohort cohort : all()) {
            cohort.announce();
        }
    }

    private List<Cohort> all() {
        synchronized (cohorts) {
            return cohorts.size() == 1 ? List.of(first) : List.copyOf(cohorts);
        }
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
        synchronized (cohorts) {
            return cohort().join(scope, seen, onNews);
        }
    }

    /** The one with the fewest, or a new one if there are many for those that there are. */
    private Cohort cohort() {
        int watchers = 0;
        Cohort smallest = first;
        for (Cohort cohort : cohorts) {
            watchers += cohort.watchers;
            if (cohort.watchers < smallest.watchers) {
                smallest = cohort;
            }
        }
        if (watchers >= WATCHERS_A_COHORT * cohorts.size() && cohorts.size() < MOST_COHORTS) {
            smallest = new Cohort(cohorts.size());
            cohorts.add(smallest);
            // What the others are about to be told was announced before it was there.
            smallest.announce();
        }
        return smallest;
    }

    /** Not from another store, and not from the future: a client that has seen more than this node starts again. */
    private boolean isKnown(ResumePoint point, long fedTo) {
        return point.epoch().equals(epoch) && point.seq() >= 0 && point.seq() <= Math.max(fedTo, board.liveSeq());
    }

    boolean isWatched() {
        synchronized (cohorts) {
            return cohorts.stream().anyMatch(cohort -> cohort.watchers > 0);
        }
    }

    /** Ends every subscription. */
    void close() {
        List<SeatAudience> audiences = new ArrayList<>();
        synchronized (cohorts) {
            for (Cohort cohort : cohorts) {
                audiences.add(cohort.whole);
                audiences.addAll(cohort.parts.values());
            }
        }
        audiences.forEach(SeatAudience::close);
    }

    /** Watchers who have their frames at the same moments. */
    final class Cohort {

        private final int number;
        private final AtomicBoolean cutPending = new AtomicBoolean();
        private final SeatAudience whole;
        private volatile long lastCut;

        // Guarded by the cohorts.
        private final Map<SeatScope, SeatAudience> parts = new HashMap<>();
        private int watchers;
        private long told;

        Cohort(int number) {
            this.number = number;
            this.whole = new SeatAudience(epoch, board, SeatScope.EVERYTHING);
            this.told = board.framedSeq();
            this.lastCut = pacer.nanoTime() - PERIOD;
        }

        SeatSubscription join(SeatScope scope, @Nullable Long seen, @Nullable Runnable onNews) {
            SeatAudience audience = scope.isEverything() ? whole : parts.get(scope);
            if (audience == null && parts.size() >= MOST_SCOPES) {
                audience = whole;
            } else if (audience == null) {
                audience = new SeatAudience(epoch, board, scope);
                parts.put(scope, audience);
            }
            SeatSubscription subscription = new SeatSubscription(this, audience, seen, onNews);
            audience.join(subscription);
            watchers++;
            return subscription;
        }

        void leave(SeatAudience audience, SeatSubscription subscription) {
            synchronized (cohorts) {
                if (audience.leave(subscription)) {
                    watchers--;
                    if (audience != whole && !audience.isWatched()) {
                        parts.remove(audience.scope(), audience);
                    }
                }
            }
        }

        void announce() {
            if (cutPending.compareAndSet(false, true)) {
                long now = pacer.nanoTime();
                long due = lastCut + PERIOD;
                if (due <= now) {
                    due = now;
                } else if (number > 0) {
                    due += untilOurTurn(due);
                }
                long at = due;
                pacer.after(at - now, () -> cut(at));
            }
        }

        /** How long it is, from a moment on, until the cohorts before this one will have had their frames; 0 if its turn has just been. */
        private long untilOurTurn(long moment) {
            long turn = first.lastCut + number * (PERIOD / MOST_COHORTS);
            long wait = Math.floorMod(turn - moment, PERIOD);
            return wait > PERIOD - PERIOD / MOST_COHORTS ? 0 : wait;
        }

        /** @param due when it was to happen; the next one is counted from that, or each would be a little later than the one before */
        private void cut(long due) {
            long cutBefore = lastCut;
            // Both before the cut: a change that arrives after it must be able to order the next one, and a tenth of a
            // second later.
            long now = pacer.nanoTime();
            lastCut = now - due < PERIOD / 2 ? due : now;
            cutPending.set(false);
            List<SeatAudience> concerned = new ArrayList<>();
            synchronized (cohorts) {
                synchronized (board) {
                    board.cut();
                    long seq = board.framedSeq();
                    if (seq == told) {
                        lastCut = cutBefore;
                        return;
                    }
                    whole.cut(null, seq);
                    concerned.add(whole);
                    if (!parts.isEmpty()) {
                        SeatDelta news = board.changes(told, seq).orElse(null);
                        for (SeatAudience part : parts.values()) {
                            if (part.cut(news, seq)) {
                                concerned.add(part);
                            }
                        }
                    }
                    told = seq;
                }
            }
            concerned.forEach(SeatAudience::wake);
        }
    }
}
