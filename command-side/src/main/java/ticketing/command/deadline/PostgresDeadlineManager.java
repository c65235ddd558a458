package ticketing.command.deadline;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.common.IdentifierFactory;
import org.axonframework.deadline.AbstractDeadlineManager;
import org.axonframework.deadline.DeadlineMessage;
import org.axonframework.deadline.GenericDeadlineMessage;
import org.axonframework.messaging.ScopeAware;
import org.axonframework.messaging.ScopeAwareProvider;
import org.axonframework.messaging.ScopeDescriptor;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.UnknownSerializedType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.command.eventstore.DeadlineRow;
import ticketing.command.eventstore.GroupCommit;

/**
 * Axon's deadlines in {@code store.deadline}, written in the same commit as the events of the unit of work that armed them. A deadline is fired at
 * least once: its row goes only when whoever it was for has dealt with it, and a failure is tried again, ever more slowly.
 *
 * <p>One node at a time fires them: the one that holds a session lock in the database, which ends with the node, however it ends. Who receives a deadline
 * has to bear it early, late or twice: it is only the alarm clock.
 */
public final class PostgresDeadlineManager extends AbstractDeadlineManager implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresDeadlineManager.class);

    /** The lock that the node which fires holds in the database: an arbitrary number that every node agrees on. */
    public static final long LEADER_LOCK = 0x7469_636b_6574_0001L;

    /** How long a deadline that another node has armed can go unseen. */
    private static final Duration POLL = Duration.ofMillis(200);

    /** A node that lost power or the network says nothing more, not even goodbye; the server must not keep its lock for it. */
    private static final Duration LOCK_OUTLIVES_SILENCE = Duration.ofSeconds(5);

    private static final int BATCH = 1_000;

    /** How many of one scope are handed over together, how many such chunks are at work, and how many deadlines by themselves. */
    private static final int CHUNK = 100;

    private static final int CHUNKS_AT_ONCE = 16;
    private static final int SINGLES_AT_ONCE = 256;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final GroupCommit groupCommit;
    private final Serializer serializer;
    private final ScopeAwareProvider scopes;
    private final Clock clock;
    private final Set<String> firing = ConcurrentHashMap.newKeySet();
    private final Semaphore chunks = new Semaphore(CHUNKS_AT_ONCE);
    private final Semaphore singles = new Semaphore(SINGLES_AT_ONCE);
    private final Semaphore wakeUp = new Semaphore(0);
    private final AtomicLong nextDue = new AtomicLong(Long.MAX_VALUE);
    private final ThreadFactory threads =
            Thread.ofVirtual().name("deadline-", 0).factory();
    private volatile @Nullable Thread timer;
    private volatile boolean closed;

    /** @param scopes finds who a deadline is for */
    public PostgresDeadlineManager(
            DataSource dataSource,
            GroupCommit groupCommit,
            Serializer serializer,
            ScopeAwareProvider scopes,
            Clock clock) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        this.groupCommit = groupCommit;
        this.serializer = serializer;
        this.scopes = scopes;
        this.clock = clock;
    }

    /** Starts firing, as soon as no other node does. */
    public void start() {
        closed = false;
        timer = Thread.ofPlatform().name("deadlines").daemon(true).start(this::run);
    }

    @Override
    public void close() {
        closed = true;
        Thread running = timer;
        if (running == null || !running.isAlive()) {
            return;
        }
        running.interrupt();
        try {
            running.join(Duration.ofSeconds(2));
            // What is being fired is left to finish: its commands are drained with all others.
            if (!finished(chunks, CHUNKS_AT_ONCE) || !finished(singles, SINGLES_AT_ONCE)) {
                LOG.warn("Some deadlines are still being dealt with; they will be fired again after the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean finished(Semaphore slots, int all) throws InterruptedException {
        boolean finished = slots.tryAcquire(all, 3, TimeUnit.SECONDS);
        if (finished) {
            slots.release(all);
        }
        return finished;
    }

    @Override
    public String schedule(Instant at, String name, @Nullable Object payload, ScopeDescriptor scope) {
        DeadlineMessage<Object> message = GenericDeadlineMessage.asDeadlineMessage(name, payload, at);
        String id = IdentifierFactory.getInstance().generateIdentifier();
        runOnPrepareCommitOrNow(() -> {
            DeadlineMessage<Object> intercepted = processDispatchInterceptors(message);
            SerializedObject<byte[]> body = serializer.serialize(intercepted.getPayload(), byte[].class);
            SerializedObject<byte[]> forWhom = serializer.serialize(scope, byte[].class);
            groupCommit.arm(new DeadlineRow(
                    id,
                    name,
                    forWhom.getData(),
                    forWhom.getType().getName(),
                    body.getData(),
                    body.getType().getName(),
                    at));
            if (CurrentUnitOfWork.isStarted()) {
                CurrentUnitOfWork.get().afterCommit(unitOfWork -> armed(at));
            } else {
                armed(at);
            }
        });
        return id;
    }

    @Override
    public String schedule(Duration in, String name, @Nullable Object payload, ScopeDescriptor scope) {
        return schedule(clock.instant().plus(in), name, payload, scope);
    }

    @Override
    public void cancelSchedule(String name, String id) {
        runOnPrepareCommitOrNow(() -> groupCommit.disarm(id));
    }

    @Override
    public void cancelAll(String name) {
        runOnPrepareCommitOrNow(() -> jdbc.sql("SELECT id FROM store.deadline WHERE name = ?")
                .param(name)
                .query(String.class)
                .list()
                .forEach(groupCommit::disarm));
    }

    @Override
    public void cancelAllWithinScope(String name, ScopeDescriptor scope) {
        runOnPrepareCommitOrNow(() -> {
            SerializedObject<byte[]> forWhom = serializer.serialize(scope, byte[].class);
            jdbc.sql("SELECT id FROM store.deadline WHERE name = ? AND scope_type = ? AND scope = ?")
                    .params(name, forWhom.getType().getName(), forWhom.getData())
                    .query(String.class)
                    .list()
                    .forEach(groupCommit::disarm);
        });
    }

    private void armed(Instant at) {
        long due = at.toEpochMilli();
        if (due < nextDue.get()) {
            wakeUp.release();
        }
    }

    private void run() {
        while (!closed) {
            try (Connection session = dataSource.getConnection()) {
                session.setAutoCommit(true);
                lead(session);
            } catch (InterruptedException e) {
                return;
            } catch (SQLException e) {
                if (!closed) {
                    LOG.warn("Deadlines wait for the database: {}", e.getMessage());
                    pause(1_000);
                }
            } catch (RuntimeException | Error e) {
                // Without this thread no hold would ever end by itself.
                LOG.error("Deadlines cannot be fired; trying again", e);
                pause(1_000);
            }
        }
    }

    /** Fires what is due for as long as this session holds the lock; waits for it where another node does. */
    private void lead(Connection session) throws SQLException, InterruptedException {
        boolean leading = false;
        execute(session, "SET idle_session_timeout = " + LOCK_OUTLIVES_SILENCE.toMillis());
        try {
            while (!closed) {
                if (!leading) {
                    leading = tryLead(session);
                    if (!leading) {
                        Thread.sleep(POLL);
                        continue;
                    }
                }
                boolean more = fireDue(session);
                if (!more) {
                    long now = clock.millis();
                    long wait = Math.clamp(nextDue.get() - now, 1, POLL.toMillis());
                    if (wakeUp.tryAcquire(wait, TimeUnit.MILLISECONDS)) {
                        wakeUp.drainPermits();
                    }
                }
            }
        } finally {
            if (leading) {
                execute(session, "SELECT pg_advisory_unlock(" + LEADER_LOCK + ")");
            }
            execute(session, "RESET idle_session_timeout");
        }
    }

    private static void execute(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private static boolean tryLead(Connection session) throws SQLException {
        try (PreparedStatement lock = session.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
            lock.setLong(1, LEADER_LOCK);
            try (ResultSet row = lock.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Due(
            String id,
            String name,
            byte[] scope,
            String scopeType,
            byte[] payload,
            String payloadType,
            Instant at,
            int attempts) {}

    /** Hands over what is due; returns whether there may be more of it. */
    private boolean fireDue(Connection session) throws SQLException, InterruptedException {
        List<Due> found = new ArrayList<>();
        try (PreparedStatement select = session.prepareStatement("""
                SELECT id, name, scope, scope_type, payload, payload_type, due_at, attempts FROM store.deadline
                WHERE due_at <= ? AND id <> ALL (?) ORDER BY due_at LIMIT ?
                """)) {
            select.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
            select.setArray(2, session.createArrayOf("text", firing.toArray()));
            select.setInt(3, BATCH);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Due(
                            row.getString("id"),
                            row.getString("name"),
                            row.getBytes("scope"),
                            row.getString("scope_type"),
                            row.getBytes("payload"),
                            row.getString("payload_type"),
                            row.getObject("due_at", OffsetDateTime.class).toInstant(),
                            row.getInt("attempts")));
                }
            }
        }
        nextDue.set(found.isEmpty() ? nextDue(session) : 0);
        Map<String, List<Due>> byScope = new LinkedHashMap<>();
        for (Due due : found) {
            byScope.computeIfAbsent(new String(due.scope(), StandardCharsets.UTF_8), _ -> new ArrayList<>())
                    .add(due);
        }
        for (List<Due> same : byScope.values()) {
            for (int from = 0; from < same.size(); from += CHUNK) {
                fireSoon(same.subList(from, Math.min(from + CHUNK, same.size())));
            }
        }
        return !found.isEmpty();
    }

    private void fireSoon(List<Due> chunk) throws InterruptedException {
        chunk.forEach(due -> firing.add(due.id()));
        if (chunk.size() == 1) {
            inThread(singles, () -> fire(chunk.getFirst()));
        } else {
            inThread(chunks, () -> fire(chunk));
        }
    }

    private void inThread(Semaphore slots, Runnable work) throws InterruptedException {
        slots.acquire();
        threads.newThread(() -> {
                    try {
                        work.run();
                    } finally {
                        slots.release();
                    }
                })
                .start();
    }

    private long nextDue(Connection session) throws SQLException {
        try (PreparedStatement select = session.prepareStatement(
                "SELECT due_at FROM store.deadline WHERE id <> ALL (?) ORDER BY due_at LIMIT 1")) {
            select.setArray(1, session.createArrayOf("text", firing.toArray()));
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? row.getObject(1, OffsetDateTime.class).toInstant().toEpochMilli()
                        : Long.MAX_VALUE;
            }
        }
    }

    /** @param chunk deadlines of the same scope; one by one if that is all their receiver can do */
    private void fire(List<Due> chunk) {
        List<Due> left = chunk;
        try {
            left = leftOver(chunk);
            List<Due> done = new ArrayList<>(chunk);
            done.removeAll(left);
            dealtWith(done);
        } catch (Exception | Error e) {
            LOG.debug("Of {} deadlines at once one failed at least; each is sent by itself", chunk.size(), e);
        }
        for (Due due : left) {
            try {
                inThread(singles, () -> fire(due));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                firing.remove(due.id());
            }
        }
    }

    /** What is still to be fired by itself after as many as possible were at once. */
    private List<Due> leftOver(List<Due> chunk) throws Exception {
        ScopeDescriptor scope = scope(chunk.getFirst());
        List<ScopeAware> receivers = receivers(scope);
        if (receivers.size() != 1 || !(receivers.getFirst() instanceof BatchScopeAware receiver)) {
            return chunk;
        }
        IdentityHashMap<DeadlineMessage<?>, Due> messages = new IdentityHashMap<>();
        List<DeadlineMessage<?>> inOrder = new ArrayList<>(chunk.size());
        for (Due due : chunk) {
            DeadlineMessage<?> message = message(due);
            messages.put(message, due);
            inOrder.add(message);
        }
        return receiver.sendAll(inOrder, scope).stream()
                .map(message -> Objects.requireNonNull(messages.get(message)))
                .toList();
    }

    private void fire(Due due) {
        try {
            ScopeDescriptor scope = scope(due);
            List<ScopeAware> receivers = receivers(scope);
            if (receivers.isEmpty()) {
                throw new IllegalStateException("nobody here knows whom it is for");
            }
            DeadlineMessage<?> message = message(due);
            for (ScopeAware receiver : receivers) {
                receiver.send(message, scope);
            }
            dealtWith(List.of(due));
        } catch (Exception | Error e) {
            postpone(due, e);
            firing.remove(due.id());
        }
    }

    /** Nobody needs to wait until the rows are gone; until then they must not be fired again. */
    private void dealtWith(List<Due> done) {
        groupCommit.disarmSoon(done.stream().map(Due::id).toList(), () -> done.forEach(due -> firing.remove(due.id())));
    }

    private ScopeDescriptor scope(Due due) {
        return serializer.deserialize(new SimpleSerializedObject<>(due.scope(), byte[].class, due.scopeType(), null));
    }

    private List<ScopeAware> receivers(ScopeDescriptor scope) {
        try (Stream<ScopeAware> all = scopes.provideScopeAwareStream(scope)) {
            return all.filter(receiver -> receiver.canResolve(scope)).toList();
        }
    }

    private DeadlineMessage<?> message(Due due) {
        Object payload = serializer.deserialize(
                new SimpleSerializedObject<>(due.payload(), byte[].class, due.payloadType(), null));
        if (payload instanceof UnknownSerializedType) {
            // Perhaps a newer node has armed it, which will take over one day.
            throw new IllegalStateException("nobody here knows " + due.payloadType());
        }
        return GenericDeadlineMessage.asDeadlineMessage(due.name(), payload, due.at());
    }

    private void postpone(Due due, Throwable why) {
        Duration pause = Duration.ofMillis(Math.min(LONGEST_PAUSE.toMillis(), 250L << Math.min(due.attempts(), 20)));
        LOG.warn("Deadline {} {} failed and is tried again in {}", due.name(), due.id(), pause, why);
        try {
            jdbc.sql("UPDATE store.deadline SET attempts = attempts + 1, due_at = ? WHERE id = ?")
                    .params(clock.instant().plus(pause).atOffset(ZoneOffset.UTC), due.id())
                    .update();
        } catch (RuntimeException e) {
            LOG.warn("Deadline {} could not be postponed; it is tried again at once: {}", due.id(), e.getMessage());
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
