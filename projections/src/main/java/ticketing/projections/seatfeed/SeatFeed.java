package ticketing.projections.seatfeed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.show.ShowId;

/**
 * This node's live seat maps. Follows the event store from where it stands when the node starts, with a position of its own that is kept nowhere:
 * every node needs every event, so it is no processor that shares the stream with other nodes. An own thread waits at the stream, because the store
 * wakes it on every local commit.
 */
@Component
public final class SeatFeed implements SmartLifecycle {

    /** Before the web server takes requests, and after it has ended them; but while Axon has its connections, which it begins and ends at 3,072. */
    private static final int PHASE = DEFAULT_PHASE - 2_560;

    private static final int BATCH = 1_000;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration CATCH_UP = Duration.ofMillis(500);
    /** How long to trust the store to wake the feed. A wake-up that got lost must not cost anybody more than a part of {@link #CATCH_UP}. */
    private static final int LOOK_AGAIN_MILLIS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(SeatFeed.class);

    private final StreamableMessageSource<TrackedEventMessage<?>> source;
    private final SeatViewReader view;
    private final SeatBoards.Limits limits;
    private final StoreHead head;

    private volatile @Nullable Running running;
    private volatile @Nullable String fault;

    /** @param head known by whoever knows more about the store than it says itself; else the store is asked */
    @Autowired
    SeatFeed(EventStore source, SeatViewReader view, ObjectProvider<StoreHead> head) {
        this(source, view, SeatBoards.Limits.DEFAULT, head.getIfAvailable(() -> asking(source)));
    }

    SeatFeed(StreamableMessageSource<TrackedEventMessage<?>> source, SeatViewReader view, SeatBoards.Limits limits) {
        this(source, view, limits, asking(source));
    }

    private SeatFeed(
            StreamableMessageSource<TrackedEventMessage<?>> source,
            SeatViewReader view,
            SeatBoards.Limits limits,
            StoreHead head) {
        this.source = source;
        this.view = view;
        this.limits = limits;
        this.head = head;
    }

    private static StoreHead asking(StreamableMessageSource<TrackedEventMessage<?>> source) {
        return () -> positionOf(source.createHeadToken());
    }

    /** The position up to which {@link #availability} would include everything now. */
    public long head() {
        return head.position();
    }

    /**
     * The show's seats now, everything included that was committed before the call.
     *
     * @throws Rejected {@link Rejection.ShowNotFound} if there is no such published show
     * @throws SeatFeedBehind if the seat map cannot be told now
     */
    public Availability availability(ShowId showId) {
        SeatBoards boards = boards();
        catchUp(boards);
        return boards.availability(showId).orElseThrow(() -> new Rejected(new Rejection.ShowNotFound(showId)));
    }

    /**
     * Begins to watch a show. The caller closes the subscription.
     *
     * @param sections those of which the watcher is to be told; none stands for the whole show
     * @param resumeFrom what the watcher has seen before, if anything
     * @throws Rejected {@link Rejection.ShowNotFound} if there is no such published show, {@link Rejection.Invalid} if it has no such section
     * @throws SeatFeedBehind if the seat map cannot be told now
     */
    public SeatSubscription subscribe(ShowId showId, Collection<String> sections, @Nullable ResumePoint resumeFrom) {
        return subscribed(showId, sections, resumeFrom, null);
    }

    /**
     * As {@link #subscribe(ShowId, Collection, ResumePoint)}, for a watcher who has no thread of its own that could wait.
     *
     * @param onNews run whenever there may be another frame, and when the subscription has been closed; by a thread that must not be kept
     */
    public SeatSubscription subscribe(
            ShowId showId, Collection<String> sections, @Nullable ResumePoint resumeFrom, Runnable onNews) {
        return subscribed(showId, sections, resumeFrom, onNews);
    }

    private SeatSubscription subscribed(
            ShowId showId, Collection<String> sections, @Nullable ResumePoint resumeFrom, @Nullable Runnable onNews) {
        SeatBoards boards = boards();
        String broken = fault;
        if (broken != null) {
            throw new SeatFeedBehind("the feed cannot follow the events: " + broken);
        }
        return boards.subscribe(showId, sections, resumeFrom, onNews)
                .or(() -> {
                    // Perhaps it was published a moment ago.
                    catchUp(boards);
                    return boards.subscribe(showId, sections, resumeFrom, onNews);
                })
                .orElseThrow(() -> new Rejected(new Rejection.ShowNotFound(showId)));
    }

    /** What keeps the feed from following the events, if anything does. */
    public Optional<String> fault() {
        return running == null ? Optional.of("not started") : Optional.ofNullable(fault);
    }

    /** The position of the last event that the feed has seen. */
    public long position() {
        return boards().fedTo();
    }

    private SeatBoards boards() {
        Running now = running;
        if (now == null) {
            throw new SeatFeedBehind("the feed is not running");
        }
        return now.boards;
    }

    private void catchUp(SeatBoards boards) {
        long end = head.position();
        if (!boards.awaitFed(end, CATCH_UP)) {
            throw new SeatFeedBehind("the feed is at " + boards.fedTo() + " and the store at " + end);
        }
    }

    private static long positionOf(@Nullable TrackingToken token) {
        OptionalLong position = token == null ? OptionalLong.empty() : token.position();
        return position.orElse(0);
    }

    @Override
    public synchronized void start() {
        if (running == null) {
            running = new Running(source.createHeadToken());
        }
    }

    @Override
    public synchronized void stop() {
        Running now = running;
        if (now != null) {
            now.stop();
            running = null;
        }
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** From one start to the next stop. */
    private final class Running implements FramePacer {

        private final ScheduledThreadPoolExecutor frames = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("seat-frames").factory(), new ThreadPoolExecutor.DiscardPolicy());
        private final SeatBoards boards;
        private final Thread thread;
        private @Nullable TrackingToken token;
        private volatile boolean stopped;

        Running(@Nullable TrackingToken head) {
            token = head;
            boards = new SeatBoards(view, this, limits, positionOf(head));
            thread = Thread.ofPlatform().daemon().name("seat-feed").start(this::follow);
        }

        private void follow() {
            Duration pause = SHORTEST_PAUSE;
            while (!stopped) {
                try (BlockingStream<TrackedEventMessage<?>> stream = source.openStream(token)) {
                    while (!stopped) {
                        if (stream.hasNextAvailable(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                            takeIn(stream);
                        }
                        if (fault != null) {
                            fault = null;
                            pause = SHORTEST_PAUSE;
                            LOG.info("The seat feed follows the events again");
                        }
                    }
                } catch (InterruptedException e) {
                    // Only stop() interrupts.
                    return;
                } catch (RuntimeException e) {
                    if (stopped) {
                        return;
                    }
                    if (fault == null) {
                        LOG.error("The seat feed cannot follow the events and keeps trying", e);
                    }
                    fault = e.getClass().getSimpleName();
                    if (!pause(pause)) {
                        return;
                    }
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
        }

        private boolean pause(Duration pause) {
            try {
                Thread.sleep(pause);
                return !stopped;
            } catch (InterruptedException e) {
                return false;
            }
        }

        private void takeIn(BlockingStream<TrackedEventMessage<?>> stream) throws InterruptedException {
            List<SeatChange> changes = new ArrayList<>();
            TrackingToken seen;
            int events = 0;
            do {
                TrackedEventMessage<?> event = stream.nextAvailable();
                seen = event.trackingToken();
                if (SeatChange.isMadeOf(event.getPayloadType())) {
                    SeatChange.of(positionOf(seen), event.getPayload()).ifPresent(changes::add);
                }
                events++;
            } while (events < BATCH && stream.hasNextAvailable());
            boards.record(changes, positionOf(seen));
            token = seen;
        }

        void stop() {
            stopped = true;
            boards.close();
            thread.interrupt();
            frames.shutdownNow();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void after(long nanos, Runnable action) {
            // Never more than one at a time for each board.
            ScheduledFuture<?> _ = frames.schedule(
                    () -> {
                        try {
                            action.run();
                        } catch (RuntimeException e) {
                            LOG.error("A frame of a seat map could not be made", e);
                        }
                    },
                    nanos,
                    TimeUnit.NANOSECONDS);
        }
    }
}
