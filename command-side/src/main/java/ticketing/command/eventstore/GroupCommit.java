package ticketing.command.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ticketing.messages.CoarseTimer;

/**
 * Writes what concurrent units of work have gathered with one statement and one commit, and lets their callers go on once that commit is durable.
 * While one batch is being written the next one gathers: a lonely command waits for nothing, a crowd shares one disk flush.
 *
 * <p>For Axon it is the transaction manager of the command bus: a unit of work's events and deadlines are added to its transaction while it is
 * prepared, and handed over when it commits. If somebody else has written one of the aggregates first, only the unit of work that lost fails, with a
 * {@link ConcurrencyException}; its neighbours are written without it.
 *
 * <p>Positions are taken from the one row of {@code store.event_head}, whose lock is held until the commit; see the schema.
 */
public final class GroupCommit implements TransactionManager, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private static final String RESOURCE = GroupCommit.class.getName();
    private static final int QUEUE_CAPACITY = 8_192;
    private static final int LARGEST_BATCH = 512;
    private static final int MOST_ROWS = 2_000;
    /** About a second of a busy node. */
    private static final int RECENT = 4_096;

    /** Bytes as stored; a large event is rare and would stay in memory for long. */
    private static final int LARGEST_RECENT = 8_192;

    private static final String UNIQUE_VIOLATION = "23505";

    /** How long a caller waits for the writer to take what it has handed over. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /** A batch takes milliseconds; one that takes this long waits for something. */
    private static final Duration STALLED = Duration.ofSeconds(5);

    private static final Duration LONGEST_DOUBT = Duration.ofSeconds(30);

    private final DataSource dataSource;
    private final Duration longestDoubt;
    private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
    private final List<BatchListener> batchListeners = new CopyOnWriteArrayList<>();
    private final List<Witness> witnesses = new CopyOnWriteArrayList<>();
    private final RecentEvents recent = new RecentEvents(RECENT);
    private final AtomicLong batches = new AtomicLong();
    private volatile long lastPosition;
    /** By the nano clock; 0 between two batches. */
    private volatile long writingSince;

    private volatile boolean closing;
    private final Thread writer;
    private @Nullable Connection connection;

    public GroupCommit(DataSource dataSource) {
        this(dataSource, LONGEST_DOUBT);
    }

    /** @param longestDoubt how long the database may be gone before a batch is given up */
    GroupCommit(DataSource dataSource, Duration longestDoubt) {
        this.dataSource = dataSource;
        this.longestDoubt = longestDoubt;
        this.writer = Thread.ofPlatform().name("group-commit").daemon(true).unstarted(this::run);
    }

    /** Starts writing. */
    public void start() {
        writer.start();
    }

    /** Has the listener called, on the writing thread and quickly, with the last position of every batch that is durable. */
    public void onCommitted(LongConsumer listener) {
        listeners.add(listener);
    }

    /** Hears, on the writing thread and quickly, of what this node writes, before anybody else is told what became of it. */
    public interface Witness {

        /** This event is stored. */
        void stored(DomainEventMessage<?> event);

        /** It may be stored, or another one in its place: a batch was lost in doubt, or another writer was first. */
        void perhapsStored(DomainEventMessage<?> event);
    }

    /** Has the witness called from now on. */
    public void onWritten(Witness witness) {
        witnesses.add(witness);
    }

    /** Hears of each batch when it is over, written or not. */
    @FunctionalInterface
    public interface BatchListener {

        /**
         * Called on the writing thread, so it must be quick.
         *
         * @param unitsOfWork how many were in it
         * @param nanos how long it took, all tries included
         */
        void over(int unitsOfWork, long nanos);
    }

    /** Has the listener called from now on. */
    public void onBatch(BatchListener listener) {
        batchListeners.add(listener);
    }

    /** How many units of work wait for the writer. */
    public int waiting() {
        return queue.size();
    }

    /** Why nothing can be written at present, in words for whoever runs the program; null if that is not known. */
    public @Nullable String trouble() {
        if (!writer.isAlive()) {
            return "the writer of the event store has ended";
        }
        long since = writingSince;
        if (since != 0 && System.nanoTime() - since > STALLED.toNanos()) {
            return "the event store has not taken a batch for "
                    + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since) + " s";
        }
        return queue.remainingCapacity() == 0 ? "the queue of the event store is full" : null;
    }

    private void stored(EventRow row) {
        tell(witness -> witness.stored(row.message()));
    }

    private void perhapsStored(EventRow row) {
        tell(witness -> witness.perhapsStored(row.message()));
    }

    private void tell(Consumer<Witness> news) {
        for (Witness witness : witnesses) {
            try {
                news.accept(witness);
            } catch (RuntimeException e) {
                LOG.error("Somebody could not be told of an event", e);
            }
        }
    }

    /** What this node has made durable lately. An event is there before its commit is announced. */
    RecentEvents recent() {
        return recent;
    }

    /** The position of the last event that this node has made durable; 0 before the first. */
    public long lastPosition() {
        return lastPosition;
    }

    /** How many batches have been committed. */
    public long batches() {
        return batches.get();
    }

    @Override
    public Transaction startTransaction() {
        Work work = new Work();
        if (CurrentUnitOfWork.isStarted()) {
            CurrentUnitOfWork.get().resources().put(RESOURCE, work);
        }
        return work;
    }

    /** The current unit of work's transaction, or none. */
    private static @Nullable Work current() {
        return CurrentUnitOfWork.isStarted()
                ? (Work) CurrentUnitOfWork.get().resources().get(RESOURCE)
                : null;
    }

    /** Adds events to the current unit of work, or writes them at once where there is none. */
    void append(List<EventRow> events) {
        inTransaction(work -> work.events.addAll(events));
    }

    /** Arms a deadline together with the current unit of work, or at once where there is none. */
    public void arm(DeadlineRow deadline) {
        inTransaction(work -> work.armed.add(deadline));
    }

    /** Takes a deadline back together with the current unit of work, or at once where there is none. */
    public void disarm(String deadlineId) {
        inTransaction(work -> {
            // One statement does not see the rows that it inserts itself.
            work.armed.removeIf(armed -> armed.id().equals(deadlineId));
            work.disarmed.add(deadlineId);
        });
    }

    /**
     * Takes deadlines back with one of the next commits, without waiting for it.
     *
     * @param done is called when that was done or has failed, on the writing thread
     * @throws OverloadedException if too much waits already
     */
    public void disarmSoon(List<String> deadlineIds, Runnable done) {
        if (deadlineIds.isEmpty()) {
            return;
        }
        Work work = new Work();
        work.disarmed.addAll(deadlineIds);
        work.whenDone = done;
        if (closing || !queue.offer(work)) {
            throw new OverloadedException();
        }
    }

    private void inTransaction(Consumer<Work> addition) {
        Work work = current();
        if (work != null) {
            addition.accept(work);
        } else {
            Work own = new Work();
            addition.accept(own);
            own.commit();
        }
    }

    private void run() {
        List<Work> batch = new ArrayList<>(LARGEST_BATCH);
        while (true) {
            batch.clear();
            try {
                Work first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first == null) {
                    if (closing) {
                        break;
                    }
                    continue;
                }
                gather(first, batch);
                long begun = System.nanoTime();
                writingSince = begun;
                try {
                    write(batch);
                } finally {
                    writingSince = 0;
                }
                over(batch.size(), System.nanoTime() - begun);
            } catch (InterruptedException e) {
                LOG.warn("The group commit was interrupted; what waits is failed", e);
                fail(batch, e);
                break;
            } catch (RuntimeException | Error e) {
                // Whatever it was: nobody but this thread can answer those who wait, now and later.
                LOG.error("A batch could not be written", e);
                fail(batch, e);
                disconnect();
            }
        }
        closing = true;
        List<Work> rest = new ArrayList<>();
        queue.drainTo(rest);
        fail(rest, new EventStoreException("The event store is closed"));
        disconnect();
    }

    private void over(int unitsOfWork, long nanos) {
        for (BatchListener listener : batchListeners) {
            try {
                listener.over(unitsOfWork, nanos);
            } catch (RuntimeException e) {
                LOG.error("Somebody could not be told of a batch", e);
            }
        }
    }

    /** One unit of work of any size, and as many more as keep the statement small. */
    private void gather(Work first, List<Work> batch) {
        batch.add(first);
        int rows = first.rows();
        while (batch.size() < LARGEST_BATCH && rows < MOST_ROWS) {
            Work next = queue.poll();
            if (next == null) {
                break;
            }
            batch.add(next);
            rows += next.rows();
        }
    }

    private void fail(List<Work> batch, Throwable cause) {
        for (Work work : batch) {
            if (!work.done) {
                completeUnknown(work, cause);
            }
        }
    }

    /** Whoever believes to know what is stored must not believe it of this any more. */
    private void completeUnknown(Work work, Throwable cause) {
        work.events.forEach(this::perhapsStored);
        work.complete(notKnown(cause));
    }

    private static EventStoreException notKnown(Throwable cause) {
        return new EventStoreException("Not known whether the events were stored", cause);
    }

    /**
     * Writes a batch. A lost connection leaves it in doubt, which is cleared up before anything else is written; a lock or a statement that took too long
     * leaves nothing behind and is tried again. What cannot be written for another reason fails alone.
     */
    private void write(List<Work> batch) throws InterruptedException {
        long giveUp = System.nanoTime() + longestDoubt.toNanos();
        List<Work> left = batch;
        long pause = 10;
        boolean inDoubt = false;
        boolean careful = false;
        while (!left.isEmpty()) {
            try {
                if (inDoubt) {
                    left = withoutWritten(left);
                    inDoubt = false;
                }
                // Whatever was the matter the first time, from then on it is looked at who can be written.
                left = careful || !attemptAtOnce(left) ? attempt(left) : List.of();
                careful = true;
            } catch (SQLException e) {
                careful = true;
                disconnect();
                inDoubt |= e instanceof CommitInDoubt || isConnectionLost(e);
                if (!inDoubt && !isWorthRepeating(e)) {
                    refuse(left, e);
                    return;
                }
                if (System.nanoTime() > giveUp) {
                    LOG.error("Gave up writing a batch", e);
                    for (Work work : left) {
                        if (inDoubt) {
                            completeUnknown(work, e);
                        } else {
                            work.complete(new OverloadedException());
                        }
                    }
                    return;
                }
                LOG.warn("Cannot write to the event store; trying again: {}", e.getMessage());
                Thread.sleep(pause);
                pause = Math.min(1_000, pause * 2);
            }
        }
        batches.incrementAndGet();
    }

    /** Nothing of it is stored. Who shared the batch with what cannot be written must not suffer for it. */
    private void refuse(List<Work> batch, SQLException why) throws InterruptedException {
        if (batch.size() == 1) {
            LOG.error("A unit of work cannot be stored", why);
            batch.getFirst().complete(new EventStoreException("The events cannot be stored", why));
            return;
        }
        for (Work work : batch) {
            write(List.of(work));
        }
    }

    /** Once a commit has been asked for, no error whatever says that it did not happen. */
    private static final class CommitInDoubt extends SQLException {
        private static final long serialVersionUID = 1;

        CommitInDoubt(SQLException cause) {
            super(cause.getMessage(), cause.getSQLState(), cause);
        }
    }

    /** Class 08: connection faults; 57P01 to 57P03: the server is going down or starting; also whatever Hikari throws while there is none. */
    private static boolean isConnectionLost(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57P") || e instanceof SQLTransientException;
    }

    /**
     * Whether it was the statement that failed and not the commit, though both are asked for together: 55P03, a lock took too long; 57014, the statement did
     * (a commit cannot be cancelled any more); 40P01, a deadlock.
     */
    private static boolean isStatementsOwn(SQLException e) {
        String state = e.getSQLState();
        return "55P03".equals(state) || "57014".equals(state) || "40P01".equals(state);
    }

    /** 55P03, 57014: a lock or a statement took too long; class 40: the transaction was the one to give way. The transaction is rolled back. */
    private static boolean isWorthRepeating(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.equals("55P03") || state.equals("57014") || state.startsWith("40"));
    }

    /**
     * After a lost connection: completes what had been committed all the same and returns the rest. Taking the head's lock first waits until the
     * server has finished with the lost transaction.
     */
    private List<Work> withoutWritten(List<Work> batch) throws SQLException {
        Connection c = connection();
        c.setAutoCommit(false);
        List<Work> unwritten = new ArrayList<>();
        List<Work> stored = new ArrayList<>();
        long written = 0;
        try (PreparedStatement lock = c.prepareStatement("SELECT position FROM store.event_head FOR UPDATE")) {
            lock.executeQuery().close();
        }
        try (PreparedStatement find = c.prepareStatement(
                "SELECT position FROM store.domain_event WHERE aggregate_identifier = ? AND sequence_number = ? AND event_identifier = ?")) {
            for (Work work : batch) {
                if (work.events.isEmpty()) {
                    unwritten.add(work);
                    continue;
                }
                EventRow row = work.events.getLast();
                find.setString(1, row.aggregateIdentifier());
                find.setLong(2, row.sequenceNumber());
                find.setString(3, row.eventIdentifier());
                try (ResultSet found = find.executeQuery()) {
                    if (found.next()) {
                        written = Math.max(written, found.getLong(1));
                        work.events.forEach(this::stored);
                        stored.add(work);
                    } else {
                        unwritten.add(work);
                    }
                }
            }
        }
        c.rollback();
        if (written > 0) {
            announce(written);
        }
        stored.forEach(work -> work.complete(null));
        return unwritten;
    }

    private static EventTable.Batch gathered(List<Work> batch) {
        List<EventRow> events = new ArrayList<>(2 * batch.size());
        List<DeadlineRow> armed = new ArrayList<>(batch.size());
        List<String> disarmed = new ArrayList<>();
        for (Work work : batch) {
            events.addAll(work.events);
            armed.addAll(work.armed);
            disarmed.addAll(work.disarmed);
        }
        return new EventTable.Batch(events, armed, disarmed);
    }

    /**
     * One statement that is its own transaction, so one answer to wait for.
     *
     * @return whether it is written; otherwise nothing of it is, because somebody in it came second
     */
    private boolean attemptAtOnce(List<Work> batch) throws SQLException {
        EventTable.Batch rows = gathered(batch);
        Connection c = connection();
        c.setAutoCommit(true);
        long last;
        try {
            last = EventTable.write(c, rows);
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                return false;
            }
            throw isStatementsOwn(e) ? e : new CommitInDoubt(e);
        }
        int count = rows.events().size();
        for (int i = 0; i < count; i++) {
            remember(last - count + 1 + i, rows.events().get(i));
        }
        written(batch, count == 0 ? 0 : last);
        return true;
    }

    /** One transaction; returns what has still to be written because a loser was among them. */
    private List<Work> attempt(List<Work> batch) throws SQLException {
        if (batch.isEmpty()) {
            return batch;
        }
        EventTable.Batch rows = gathered(batch);
        Connection c = connection();
        c.setAutoCommit(false);
        Map<String, Long> positions = EventTable.writeWithoutLosers(c, rows);
        if (positions.size() < rows.events().size()) {
            c.rollback();
            return withoutLosers(batch, positions.keySet());
        }
        try {
            c.commit();
        } catch (SQLException e) {
            throw new CommitInDoubt(e);
        }
        long last = 0;
        for (EventRow event : rows.events()) {
            long position = Objects.requireNonNull(positions.get(event.eventIdentifier()));
            remember(position, event);
            last = Math.max(last, position);
        }
        written(batch, last);
        return List.of();
    }

    private void remember(long position, EventRow event) {
        stored(event);
        if (event.payload().length <= LARGEST_RECENT) {
            recent.add(position, event.message());
        }
    }

    /** @param last the position of the batch's last event, 0 if it has none */
    private void written(List<Work> batch, long last) {
        if (last > 0) {
            announce(last);
        }
        for (Work work : batch) {
            work.complete(null);
        }
    }

    /**
     * Fails those who came second and returns the rest. Who only came second to somebody who is failed here has another chance.
     *
     * @param stored the identifiers of the events that had their place for themselves
     */
    private List<Work> withoutLosers(List<Work> batch, Set<String> stored) {
        List<Work> left = new ArrayList<>(batch.size());
        Set<Place> vacated = new HashSet<>();
        for (Work work : batch) {
            Optional<EventRow> lost = work.events.stream()
                    .filter(row -> !stored.contains(row.eventIdentifier()) && !vacated.contains(Place.of(row)))
                    .findFirst();
            if (lost.isPresent()) {
                work.events.forEach(row -> vacated.add(Place.of(row)));
                // Whoever tries again has to read it.
                work.events.forEach(this::perhapsStored);
                work.complete(conflict(lost.get()));
            } else {
                left.add(work);
            }
        }
        return left;
    }

    /** An event's place in its aggregate's stream. */
    private record Place(String aggregateIdentifier, long sequenceNumber) {
        static Place of(EventRow row) {
            return new Place(row.aggregateIdentifier(), row.sequenceNumber());
        }
    }

    private static RuntimeException conflict(EventRow row) {
        String message = "Somebody else has written to " + row.aggregateIdentifier() + " since it was read";
        return row.sequenceNumber() == 0
                ? new AggregateStreamCreationException(message)
                : new ConcurrencyException(message);
    }

    private void announce(long position) {
        lastPosition = position;
        for (LongConsumer listener : listeners) {
            try {
                listener.accept(position);
            } catch (RuntimeException e) {
                // The batch is stored, whatever becomes of the news.
                LOG.error("Somebody could not be told of a commit", e);
            }
        }
    }

    private Connection connection() throws SQLException {
        Connection c = connection;
        if (c == null) {
            c = dataSource.getConnection();
            connection = c;
            c.setAutoCommit(true);
            // Everything is found by its key; a plan made while a table was small and kept for hours may believe that
            // reading all of it is cheaper.
            run(c, "SET enable_seqscan = off");
        }
        return c;
    }

    private static void run(Connection c, String sql) throws SQLException {
        try (Statement statement = c.createStatement()) {
            statement.execute(sql);
        }
    }

    private void disconnect() {
        Connection c = connection;
        connection = null;
        if (c != null) {
            try (c) {
                if (!c.getAutoCommit()) {
                    c.rollback();
                    c.setAutoCommit(true);
                }
                run(c, "RESET enable_seqscan");
            } catch (SQLException e) {
                LOG.debug("Closing a broken connection", e);
            }
        }
    }

    /** Writes what waits and stops. */
    @Override
    public void close() {
        closing = true;
        if (!writer.isAlive()) {
            return;
        }
        try {
            writer.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What one unit of work wants written. */
    private final class Work implements Transaction {

        private final List<EventRow> events = new ArrayList<>(2);
        private final List<DeadlineRow> armed = new ArrayList<>(1);
        private final List<String> disarmed = new ArrayList<>(1);
        private volatile @Nullable Thread waiter;
        private @Nullable Runnable whenDone;
        private volatile @Nullable RuntimeException failure;
        private volatile boolean done;

        @Override
        public void commit() {
            if (events.isEmpty() && armed.isEmpty() && disarmed.isEmpty()) {
                return;
            }
            waiter = Thread.currentThread();
            if (closing || !queue.offer(this)) {
                throw new OverloadedException();
            }
            long giveUp = System.nanoTime() + LONGEST_WAIT.toNanos();
            boolean interrupted = false;
            while (!done) {
                CoarseTimer.parkNanos(this, 1_000_000_000L);
                // An interrupted thread does not park; what it has handed over is written all the same.
                interrupted |= Thread.interrupted();
                boolean late = System.nanoTime() - giveUp > 0;
                // What the writer has taken is waited for, with the aggregates locked: only it knows what became of it.
                // The writer may also
                // have gone home in the very moment of the handing over: then nobody will ever answer.
                if (!done && (late || !writer.isAlive()) && queue.remove(this)) {
                    throw new OverloadedException();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            RuntimeException why = failure;
            if (why != null) {
                throw why;
            }
        }

        @Override
        public void rollback() {
            events.clear();
            armed.clear();
            disarmed.clear();
        }

        int rows() {
            return events.size() + armed.size() + disarmed.size();
        }

        void complete(@Nullable RuntimeException why) {
            failure = why;
            done = true;
            LockSupport.unpark(waiter);
            if (whenDone != null) {
                whenDone.run();
            }
        }
    }
}
