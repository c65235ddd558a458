package ticketing.command.eventstore;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.axonframework.eventhandling.EventBusSpanFactory;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.AbstractEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Axon's event store over {@link PostgresEventStorageEngine}. Its streams support the availability callback, which the framework's embedded store
 * does not: without it a pooled processor looks for events only every 500 ms. Streams are woken by this node's commits at once, and by other nodes'
 * within {@value #POLL_MILLIS} ms, because this node looks at the head that often.
 */
public final class PostgresEventStore extends AbstractEventStore implements StoreEnd, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresEventStore.class);

    static final int POLL_MILLIS = 100;

    private static final int READ_AT_ONCE = 1_000;
    /** How long after one read the next one gathers. The first event after a quiet moment is read at once. */
    private static final long TOGETHER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long UNKNOWN = -1;

    private final PostgresEventStorageEngine engine;
    private final RecentEvents recent;
    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
    private final Set<Tail> tails = ConcurrentHashMap.newKeySet();
    private final Thread poller;
    private final AtomicLong head = new AtomicLong(UNKNOWN);
    private volatile long answeredAt = System.nanoTime();
    private volatile boolean closed;

    public PostgresEventStore(PostgresEventStorageEngine engine, GroupCommit groupCommit) {
        this(engine, groupCommit, null);
    }

    /** @param spans null where nothing is traced */
    public PostgresEventStore(
            PostgresEventStorageEngine engine, GroupCommit groupCommit, @Nullable EventBusSpanFactory spans) {
        super(new Builder(engine, spans));
        this.engine = engine;
        this.recent = groupCommit.recent();
        // No virtual thread: interrupted at the end, one would break the connection that it reads from.
        this.poller = Thread.ofPlatform().daemon().name("event-store-head").unstarted(this::pollHead);
        groupCommit.onCommitted(this::committed);
    }

    /** Starts looking for other nodes' events. */
    public void start() {
        poller.start();
    }

    @Override
    public void close() {
        closed = true;
        poller.interrupt();
        tails.forEach(Tail::close);
    }

    /** 0 before it has looked. */
    @Override
    public long head() {
        return Math.max(0, head.get());
    }

    /** Has the listener called, quickly, with every new head that this node learns of, its own commits or others'. */
    public void onHead(LongConsumer listener) {
        listeners.add(listener);
    }

    /** What somebody knows who has asked the database, or was told by another node: everything up to this position is committed. */
    public void heardOf(long position) {
        committed(position);
    }

    @Override
    public long committed() {
        return engine.head();
    }

    private void committed(long position) {
        // The writer and the poller come at once, and the older of the two must not win.
        if (head.getAndAccumulate(position, Math::max) < position) {
            tails.forEach(Tail::wake);
            listeners.forEach(listener -> listener.accept(position));
        }
    }

    /** How long the database has not answered, as far as this node knows. */
    public Duration silence() {
        return Duration.ofNanos(System.nanoTime() - answeredAt);
    }

    private void pollHead() {
        boolean wasDown = false;
        while (!closed) {
            try {
                Thread.sleep(POLL_MILLIS);
                committed(engine.head());
                answeredAt = System.nanoTime();
                wasDown = false;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (!wasDown && !closed) {
                    LOG.warn("Cannot read the event store's head: {}", e.getMessage());
                }
                wasDown = true;
            }
        }
    }

    @Override
    public TrackingEventStream openStream(@Nullable TrackingToken token) {
        return openStream(token, TOGETHER_NANOS);
    }

    /**
     * The same events for a reader for whom nobody waits: after one read the next one gathers that long, so that a busy store is read in fewer batches.
     */
    public StreamableMessageSource<TrackedEventMessage<?>> inNoHurry(Duration together) {
        return new InNoHurry(together.toNanos());
    }

    private TrackingEventStream openStream(@Nullable TrackingToken token, long togetherNanos) {
        Tail tail = new Tail(token, togetherNanos);
        tails.add(tail);
        return tail;
    }

    private final class InNoHurry implements StreamableMessageSource<TrackedEventMessage<?>> {

        private final long togetherNanos;

        InNoHurry(long togetherNanos) {
            this.togetherNanos = togetherNanos;
        }

        @Override
        public TrackingEventStream openStream(@Nullable TrackingToken token) {
            return PostgresEventStore.this.openStream(token, togetherNanos);
        }

        @Override
        public @Nullable TrackingToken createTailToken() {
            return PostgresEventStore.this.createTailToken();
        }

        @Override
        public @Nullable TrackingToken createHeadToken() {
            return PostgresEventStore.this.createHeadToken();
        }

        @Override
        public @Nullable TrackingToken createTokenAt(Instant moment) {
            return PostgresEventStore.this.createTokenAt(moment);
        }
    }

    /** One reader's place in the stream; used by one thread at a time, woken by others. */
    private final class Tail implements TrackingEventStream {

        private final long togetherNanos;
        private @Nullable TrackingToken last;
        private @Nullable Stream<? extends TrackedEventMessage<?>> open;
        private @Nullable Iterator<? extends TrackedEventMessage<?>> batch;
        private @Nullable TrackedEventMessage<?> peeked;
        private volatile boolean mayHaveMore = true;
        private long readAt = System.nanoTime();
        private volatile @Nullable Runnable callback;
        private final Semaphore signal = new Semaphore(0);

        Tail(@Nullable TrackingToken token, long togetherNanos) {
            this.last = token;
            this.togetherNanos = togetherNanos;
        }

        void wake() {
            mayHaveMore = true;
            if (signal.availablePermits() == 0) {
                signal.release();
            }
            Runnable run = callback;
            if (run != null) {
                run.run();
            }
        }

        @Override
        public boolean setOnAvailableCallback(Runnable onAvailable) {
            callback = onAvailable;
            return true;
        }

        private @Nullable TrackedEventMessage<?> next() {
            while (peeked == null) {
                Iterator<? extends TrackedEventMessage<?>> events = batch;
                if (events != null && events.hasNext()) {
                    TrackedEventMessage<?> event = events.next();
                    last = event.trackingToken();
                    peeked = event;
                } else {
                    closeBatch();
                    if (!mayHaveMore) {
                        return null;
                    }
                    mayHaveMore = false;
                    read();
                }
            }
            return peeked;
        }

        /** Who has just read waits for company: a reader's batch costs it a transaction, however few events are in it. */
        private void gather() throws InterruptedException {
            long soonest = readAt + togetherNanos - System.nanoTime();
            if (soonest > 0) {
                TimeUnit.NANOSECONDS.sleep(soonest);
            }
        }

        private void read() {
            readAt = System.nanoTime();
            long seen = last == null ? 0 : last.position().orElse(0);
            List<TrackedEventMessage<?>> known = recent.after(seen, READ_AT_ONCE);
            if (!known.isEmpty()) {
                batch = known.iterator();
                mayHaveMore = true;
            } else if (seen != head.get()) {
                readStored();
            }
        }

        private void readStored() {
            boolean failed = true;
            try {
                Stream<? extends TrackedEventMessage<?>> stream = engine.readEvents(last, false);
                open = stream;
                Iterator<? extends TrackedEventMessage<?>> events = stream.iterator();
                // Asking reads the first rows, so that a failing database leaves the reader ready to try again.
                batch = events.hasNext() ? events : null;
                failed = false;
            } finally {
                if (failed) {
                    batch = null;
                    mayHaveMore = true;
                }
            }
        }

        private void closeBatch() {
            if (open != null) {
                open.close();
            }
            open = null;
            batch = null;
        }

        @Override
        public Optional<TrackedEventMessage<?>> peek() {
            return Optional.ofNullable(next());
        }

        @Override
        public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
            long deadline = System.nanoTime() + unit.toNanos(timeout);
            while (next() == null) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || closed) {
                    return false;
                }
                if (signal.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                    gather();
                    signal.drainPermits();
                }
            }
            return true;
        }

        @Override
        public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
            while (!hasNextAvailable(1, TimeUnit.SECONDS)) {
                if (closed) {
                    throw new InterruptedException("the event store is closed");
                }
            }
            TrackedEventMessage<?> event = Objects.requireNonNull(peeked);
            peeked = null;
            return event;
        }

        @Override
        public void close() {
            tails.remove(this);
            closeBatch();
        }
    }

    private static final class Builder extends AbstractEventStore.Builder {
        Builder(EventStorageEngine engine, @Nullable EventBusSpanFactory spans) {
            storageEngine(engine);
            if (spans != null) {
                spanFactory(spans);
            }
        }
    }
}
