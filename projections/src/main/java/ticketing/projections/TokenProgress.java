package ticketing.projections;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;
import ticketing.messages.CoarseTimer;

/**
 * Knows how far the read models are by watching their tokens: as a token store in front of the real one it sees every batch that commits in this
 * process and wakes those who wait for it. Of processors that run elsewhere it reads the stored token, and believes what their process tells.
 *
 * <p>A processor stores no token for events that do not concern it, so its own report of where it stands is asked too. Every processing group is
 * taken to have one segment, because one read model is one unit of replay.
 */
public final class TokenProgress implements TokenStore, ProjectionProgress {

    /** How often a waiter looks at what nobody wakes it for: events that a local processor passed over, processors elsewhere. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    /** The same where the other process tells how far it is, and each look costs a query. */
    private static final Duration LOOK_ELSEWHERE = Duration.ofMillis(50);

    /** The number of requests that may wait at once; more are answered at once with what there is. */
    private static final int MOST_WAITERS = 10_000;

    private final TokenStore delegate;
    private final Function<String, OptionalLong> reported;
    private final ToLongFunction<String> stored;
    private final Map<String, Group> groups = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Duration lookAgain;
    private final Duration lookElsewhere;

    /** @param lookAgain how often a waiter looks without being woken */
    TokenProgress(
            TokenStore delegate,
            Function<String, OptionalLong> reported,
            ToLongFunction<String> stored,
            Duration lookAgain) {
        this.delegate = delegate;
        this.reported = reported;
        this.stored = stored;
        this.lookAgain = lookAgain;
        this.lookElsewhere = lookAgain.compareTo(LOOK_ELSEWHERE) > 0 ? lookAgain : LOOK_ELSEWHERE;
    }

    /**
     * Watches the tokens that go through to this store.
     *
     * @param reported where the processor of this name says it stands, if it runs in this process; must be cheap
     * @param stored the position of this processor's token in the shared store, 0 if it has none
     */
    public static TokenProgress watching(
            TokenStore delegate, Function<String, OptionalLong> reported, ToLongFunction<String> stored) {
        return new TokenProgress(delegate, reported, stored, LOOK_AGAIN);
    }

    @Override
    public long position(String processingGroup) {
        Group group = group(processingGroup);
        OptionalLong local = reported.apply(processingGroup);
        long followed =
                local.isPresent() ? local.getAsLong() : Math.max(group.told, stored.applyAsLong(processingGroup));
        return Math.max(followed, group.committed);
    }

    /**
     * What the process that follows with this group says of itself, for waiters who need not look then. A stored token alone can be older: a processor stores
     * none for events that do not concern it.
     */
    public void told(String processingGroup, long position) {
        if (reported.apply(processingGroup).isEmpty()) {
            group(processingGroup).told(position);
        }
    }

    /** Believes nothing any more of what was told: whoever told it may be gone, and whoever follows then may begin anew. */
    public void forgetTold() {
        groups.values().forEach(group -> group.told = -1);
    }

    @Override
    public boolean await(String processingGroup, long position, Duration atMost) {
        Group group = group(processingGroup);
        if (group.committed >= position || group.told >= position) {
            return true;
        }
        if (waiting.incrementAndGet() > MOST_WAITERS) {
            waiting.decrementAndGet();
            return position(processingGroup) >= position;
        }
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (position(processingGroup) < position) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                Duration pause = reported.apply(processingGroup).isPresent() ? lookAgain : lookElsewhere;
                group.awaitCommit(position, Math.min(left, pause.toNanos()));
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting.decrementAndGet();
        }
    }

    private Group group(String processingGroup) {
        return groups.computeIfAbsent(processingGroup, name -> new Group());
    }

    @Override
    public void storeToken(@Nullable TrackingToken token, String processorName, int segment) {
        claimed(processorName, () -> delegate.storeToken(token, processorName, segment));
        long position = token == null ? 0 : token.position().orElse(0);
        if (CurrentUnitOfWork.isStarted()) {
            CurrentUnitOfWork.get().afterCommit(unit -> group(processorName).committed(position));
        } else {
            group(processorName).committed(position);
        }
    }

    @Override
    public @Nullable TrackingToken fetchToken(String processorName, int segment) {
        return delegate.fetchToken(processorName, segment);
    }

    @Override
    public @Nullable TrackingToken fetchToken(String processorName, Segment segment) {
        return delegate.fetchToken(processorName, segment);
    }

    @Override
    public void initializeTokenSegments(String processorName, int segmentCount) {
        delegate.initializeTokenSegments(processorName, segmentCount);
    }

    @Override
    public void initializeTokenSegments(String processorName, int segmentCount, @Nullable TrackingToken initialToken) {
        delegate.initializeTokenSegments(processorName, segmentCount, initialToken);
    }

    @Override
    public void extendClaim(String processorName, int segment) {
        claimed(processorName, () -> delegate.extendClaim(processorName, segment));
    }

    @Override
    public void releaseClaim(String processorName, int segment) {
        delegate.releaseClaim(processorName, segment);
        group(processorName).committed = -1;
    }

    /** Whoever has taken the claim may set the token back, of which nobody here would hear. */
    private void claimed(String processorName, Runnable work) {
        try {
            work.run();
        } catch (UnableToClaimTokenException e) {
            group(processorName).committed = -1;
            throw e;
        }
    }

    @Override
    public void initializeSegment(@Nullable TrackingToken token, String processorName, int segment) {
        delegate.initializeSegment(token, processorName, segment);
    }

    @Override
    public void deleteToken(String processorName, int segment) {
        delegate.deleteToken(processorName, segment);
    }

    @Override
    public boolean requiresExplicitSegmentInitialization() {
        return delegate.requiresExplicitSegmentInitialization();
    }

    @Override
    public int[] fetchSegments(String processorName) {
        return delegate.fetchSegments(processorName);
    }

    @Override
    public List<Segment> fetchAvailableSegments(String processorName) {
        return delegate.fetchAvailableSegments(processorName);
    }

    @Override
    public Optional<String> retrieveStorageIdentifier() {
        return delegate.retrieveStorageIdentifier();
    }

    /** One read model's committed position and those who wait for it, the nearest position first, so that a commit wakes only whom it serves. */
    private static final class Group {
        private final ReentrantLock lock = new ReentrantLock();
        private final PriorityQueue<Waiter> waiters = new PriorityQueue<>(Comparator.comparingLong(Waiter::position));
        /** The position last committed here. It goes back when a replay begins. */
        private volatile long committed = -1;
        /** The position that the process which follows has told last. */
        private volatile long told = -1;

        void committed(long position) {
            committed = position;
            // Whoever stores tokens here need not be told.
            told = -1;
            wake(position);
        }

        void told(long position) {
            told = position;
            wake(position);
        }

        private void wake(long position) {
            List<Waiter> served = new ArrayList<>();
            lock.lock();
            try {
                Waiter next = waiters.peek();
                while (next != null && next.position() <= position) {
                    served.add(waiters.remove());
                    next = waiters.peek();
                }
            } finally {
                lock.unlock();
            }
            served.forEach(waiter -> LockSupport.unpark(waiter.thread()));
        }

        /** Returns at the latest after about this many nanoseconds, or when this position is committed. */
        void awaitCommit(long position, long nanos) throws InterruptedException {
            Waiter waiter = new Waiter(position, Thread.currentThread());
            lock.lock();
            try {
                if (committed >= position || told >= position) {
                    return;
                }
                waiters.add(waiter);
            } finally {
                lock.unlock();
            }
            CoarseTimer.parkNanos(this, nanos);
            lock.lock();
            try {
                waiters.remove(waiter);
            } finally {
                lock.unlock();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private static final class Waiter {
        private final long position;
        private final Thread thread;

        Waiter(long position, Thread thread) {
            this.position = position;
            this.thread = thread;
        }

        long position() {
            return position;
        }

        Thread thread() {
            return thread;
        }
    }
}
