package ticketing.projections.seatfeed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import ticketing.messages.show.ShowId;

/**
 * The boards in memory, loaded when somebody asks. Watched boards stay; of the others the longest unused leave first when there are too many. A board
 * is the seat view's rows plus the recent changes that these rows may lack, so no event falls between reading and following.
 */
class SeatBoards {

    /**
     * How much is kept.
     *
     * @param boards shows in memory, not counting watched ones
     * @param recentChanges seat changes of all shows
     * @param history seat changes of one show, for watchers who resume or are slow
     * @param loadWithin how long a load waits for a seat view that is behind
     */
    record Limits(int boards, int recentChanges, int history, Duration loadWithin) {
        static final Limits DEFAULT = new Limits(256, 65_536, 8_192, Duration.ofSeconds(2));
    }

    private final SeatViewReader view;
    private final FramePacer pacer;
    private final Limits limits;
    private final Map<ShowId, CompletableFuture<Optional<SeatChannel>>> loads = new ConcurrentHashMap<>();

    // Guarded by this.
    private final RecentChanges recent;
    private final Map<ShowId, SeatChannel> channels = new LinkedHashMap<>(16, 0.75f, true);
    private long fedTo;
    private boolean closed;

    /** @param from the position after which events will be recorded */
    SeatBoards(SeatViewReader view, FramePacer pacer, Limits limits, long from) {
        this.view = view;
        this.pacer = pacer;
        this.limits = limits;
        this.recent = new RecentChanges(limits.recentChanges(), from);
        this.fedTo = from;
    }

    /** Takes in what happened next in the store, up to and including this position. */
    void record(List<SeatChange> changes, long upTo) {
        Set<SeatChannel> touched = new HashSet<>();
        synchronized (this) {
            for (SeatChange change : changes) {
                recent.add(change);
                SeatChannel channel = channels.get(change.showId());
                if (channel != null) {
                    channel.apply(change);
                    touched.add(channel);
                }
            }
            fedTo = upTo;
            notifyAll();
        }
        touched.forEach(SeatChannel::announce);
    }

    synchronized long fedTo() {
        return fedTo;
    }

    /**
     * Waits until the feed has come to this position.
     *
     * @return whether it has, in time
     */
    synchronized boolean awaitFed(long position, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (fedTo < position) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || closed) {
                return false;
            }
            try {
                wait(left / 1_000_000, (int) (left % 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /**
     * The show's seats as far as the feed has come; empty if there is no such published show.
     *
     * @throws SeatFeedBehind if the seat view is too far behind
     */
    Optional<Availability> availability(ShowId showId) {
        return withChannel(showId, (channel, _) -> channel.availability());
    }

    /**
     * A new watcher; empty if there is no such published show. Otherwise as {@link SeatChannel#subscribe}.
     *
     * @throws SeatFeedBehind if the seat view is too far behind
     */
    Optional<SeatSubscription> subscribe(
            ShowId showId, Collection<String> sections, @Nullable ResumePoint resumeFrom, @Nullable Runnable onNews) {
        return withChannel(showId, (channel, position) -> channel.subscribe(sections, resumeFrom, position, onNews));
    }

    private <T> Optional<T> withChannel(ShowId showId, BiFunction<SeatChannel, Long, T> use) {
        // Used under the lock, so that a channel cannot be dropped between being found and being watched. It may be
        // dropped right after its load
        // where very many shows are asked for at once, hence the second look.
        for (int attempt = 0; attempt < 3; attempt++) {
            synchronized (this) {
                SeatChannel channel = channels.get(showId);
                if (channel != null && !closed) {
                    return Optional.of(use.apply(channel, fedTo));
                }
            }
            if (load(showId).isEmpty()) {
                return Optional.empty();
            }
        }
        throw new SeatFeedBehind("too many seat maps are being asked for");
    }

    private Optional<SeatChannel> load(ShowId showId) {
        CompletableFuture<Optional<SeatChannel>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<SeatChannel>> running = loads.putIfAbsent(showId, mine);
        if (running != null) {
            try {
                return running.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof SeatFeedBehind behind) {
                    throw behind;
                }
                throw e;
            }
        }
        try {
            Optional<SeatChannel> loaded = loadNow(showId);
            mine.complete(loaded);
            return loaded;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            loads.remove(showId, mine);
        }
    }

    private Optional<SeatChannel> loadNow(ShowId showId) {
        String epoch = view.epoch();
        long deadline = System.nanoTime() + limits.loadWithin().toNanos();
        while (true) {
            long needed;
            synchronized (this) {
                if (closed) {
                    throw new SeatFeedBehind("the feed has ended");
                }
                SeatChannel channel = channels.get(showId);
                if (channel != null) {
                    return Optional.of(channel);
                }
                needed = recent.floor();
            }
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            // Asked for before the rows are read: the rows may know more than this, never less.
            long viewedTo = view.position();
            if (viewedTo < needed) {
                if (left.isZero() || !view.await(needed, left)) {
                    throw new SeatFeedBehind("the seat view is at " + viewedTo + " and needed at " + needed);
                }
                viewedTo = view.position();
            }
            SeatRows rows = view.read(showId).orElse(null);
            // The view may be ahead of this node's feed; the board begins where the feed has everything that the rows
            // have.
            if (rows != null
                    && !awaitFed(rows.position(), Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                throw new SeatFeedBehind("the feed is at " + fedTo() + " and needed at " + rows.position());
            }
            synchronized (this) {
                if (viewedTo < recent.floor()) {
                    // Pushed out meanwhile by a flood of events: once more, until the time is up.
                    continue;
                }
                Optional<SeatChannel> channel = SeatBoard.load(
                                epoch, rows, viewedTo, recent.of(showId), recent.floor(), limits.history())
                        .map(board -> new SeatChannel(epoch, board, pacer));
                channel.ifPresent(fresh -> {
                    channels.put(showId, fresh);
                    evict(fresh);
                });
                return channel;
            }
        }
    }

    private void evict(SeatChannel fresh) {
        List<SeatChannel> idle = new ArrayList<>();
        channels.values().stream().filter(channel -> !channel.isWatched()).forEach(idle::add);
        int tooMany = idle.size() - limits.boards();
        Iterator<SeatChannel> all = channels.values().iterator();
        while (tooMany > 0 && all.hasNext()) {
            SeatChannel channel = all.next();
            if (channel != fresh && !channel.isWatched()) {
                all.remove();
                tooMany--;
            }
        }
    }

    /** How many boards are in memory. */
    synchronized int size() {
        return channels.size();
    }

    /** Ends every subscription and begins none any more. */
    synchronized void close() {
        closed = true;
        channels.values().forEach(SeatChannel::close);
        notifyAll();
    }
}
