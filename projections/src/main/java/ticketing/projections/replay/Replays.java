package ticketing.projections.replay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;
import ticketing.projections.replay.StoredEvents.Piece;
import ticketing.projections.replay.StoredEvents.Stored;

/**
 * Builds read models anew: new tables are filled from the event store while the present ones go on answering and following, and take their place in one
 * transaction when they have seen at least as much. Events reach nobody but the read model's own tables.
 *
 * <p>What is asked for stands in {@code view.replay}, and how far it has come is committed together with the rows: a process that ends in the middle is succeeded by
 * its next start, or by another one on the same database. Each process carries out one replay at a time, with one thread that reads ahead and one that writes.
 */
@Component
public final class Replays implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

    /** Before the web server takes requests, and after it has ended them. */
    private static final int PHASE = DEFAULT_PHASE - 4_096;

    /** How often a process looks whether there is something that nobody is at. */
    private static final int LOOK_AGAIN_MILLIS = 2_000;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(LOOK_AGAIN_MILLIS);

    private static final Duration STOPS_WITHIN = Duration.ofSeconds(2);

    /** Positions, not events: those of no concern are not read. */
    private static final int POSITIONS_A_PIECE = 20_000;

    private static final long BYTES_A_PIECE = 16 << 20;

    /** So much may be written while nobody can read. */
    private static final int POSITIONS_UNDER_LOCK = 2_000;

    private static final long SHORTEST_LOCK_WAIT = 200;
    private static final long LONGEST_LOCK_WAIT = 2_000;
    private static final int SWAP_TRIES = 200;
    private static final Duration BETWEEN_SWAP_TRIES = Duration.ofMillis(250);

    /** A copy of large tables takes longer than any statement of those who sell. */
    private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(15);

    /** PostgreSQL's word for not having got a lock in time. */
    private static final String LOCK_TIMEOUT = "55P03";

    private static final int FAILURES_IN_A_ROW = 3;

    /** First half of the advisory lock's key; the second is the name's hash. */
    private static final int LOCK = 0x7265_706c;

    private final DataSource database;
    private final JdbcClient jdbc;
    private final Serializer serializer;
    private final EventUpcaster upcasters;
    private final Clock clock;
    private final Map<String, Replayable> models;
    private final int positionsAPiece;
    private final Executor readers =
            task -> Thread.ofPlatform().daemon().name("replay-reader").start(task);
    private final Semaphore signal = new Semaphore(0);
    private final AtomicLong swaps = new AtomicLong();
    private @Nullable Thread thread;
    private volatile boolean stopped = true;

    /** @param positionsAPiece how many positions of the store are taken in with one transaction */
    Replays(
            DataSource database,
            JdbcClient jdbc,
            Serializer serializer,
            EventUpcaster upcasters,
            Clock clock,
            List<Replayable> models,
            @Value("${ticketing.replay.positions-a-piece:" + POSITIONS_A_PIECE + "}") int positionsAPiece) {
        this.database = database;
        this.jdbc = jdbc;
        this.serializer = serializer;
        this.upcasters = upcasters;
        this.clock = clock;
        this.models =
                models.stream().collect(Collectors.toMap(Replayable::group, model -> model, (a, b) -> a, TreeMap::new));
        this.positionsAPiece = positionsAPiece;
    }

    /** The names of the read models that can be built anew, here or by another process, in order. */
    public List<String> names() {
        TreeSet<String> names = new TreeSet<>(models.keySet());
        names.addAll(
                jdbc.sql("SELECT name FROM view.read_model").query(String.class).list());
        return List.copyOf(names);
    }

    /**
     * Another number as soon as a read model has been put in place, and at most {@value #LOOK_AGAIN_MILLIS} ms later where another process has done it: what was
     * made from one before may be outdated, though no event has happened.
     */
    public long swaps() {
        return swaps.get();
    }

    /**
     * Has a read model built anew.
     *
     * @param from the new tables begin as a copy of the present ones, and the events from this position on are taken in once more; null or 1: from nothing
     * @throws ReplayRefused if that cannot be, and nothing has changed
     */
    public Replay begin(String name, @Nullable Long from) {
        if (!names().contains(name)) {
            throw new ReplayRefused(ReplayRefused.Reason.UNKNOWN);
        }
        long first = from == null ? 1 : from;
        if (first < 1 || first > head() + 1) {
            throw new ReplayRefused(ReplayRefused.Reason.FROM);
        }
        int begun = jdbc.sql("""
                        INSERT INTO view.replay AS r (name, state, from_position, position, asked_at)
                        VALUES (:name, 'WAITING', :from, :before, :now)
                        ON CONFLICT (name) DO UPDATE SET state = 'WAITING', from_position = excluded.from_position,
                            position = excluded.position, shape = NULL, asked_at = excluded.asked_at, resumed_at = NULL,
                            resumed_position = NULL, ended_at = NULL, failure = NULL
                        WHERE r.state NOT IN ('WAITING', 'RUNNING')
                        """)
                .param("name", name)
                .param("from", first)
                .param("before", first - 1)
                .param("now", clock.instant().atOffset(java.time.ZoneOffset.UTC))
                .update();
        if (begun == 0) {
            throw new ReplayRefused(ReplayRefused.Reason.RUNNING);
        }
        signal.release();
        return of(name).orElseThrow();
    }

    /** The replay of this read model that is under way, or else the last one; empty if there never was one. */
    public Optional<Replay> of(String name) {
        return jdbc.sql("SELECT * FROM view.replay WHERE name = :name")
                .param("name", name)
                .query((row, _) -> replay(row))
                .optional();
    }

    /** The last position in the store. */
    public long head() {
        return jdbc.sql("SELECT position FROM store.event_head")
                .query(Long.class)
                .single();
    }

    private Replay replay(ResultSet row) throws SQLException {
        Replay.State state = Replay.State.valueOf(row.getString("state"));
        long position = row.getLong("position");
        OffsetDateTime resumedAt = row.getObject("resumed_at", OffsetDateTime.class);
        OffsetDateTime endedAt = row.getObject("ended_at", OffsetDateTime.class);
        long head = Math.max(head(), position);
        double rate = 0;
        if (resumedAt != null) {
            Instant until = endedAt == null ? clock.instant() : endedAt.toInstant();
            double seconds = Math.max(
                    0.001, Duration.between(resumedAt.toInstant(), until).toMillis() / 1000.0);
            rate = (position - row.getLong("resumed_position")) / seconds;
        }
        Duration left = state == Replay.State.RUNNING && rate > 0
                ? Duration.ofMillis((long) ((head - position) / rate * 1000))
                : null;
        return new Replay(
                state,
                row.getLong("from_position"),
                position,
                head,
                rate,
                left,
                row.getObject("asked_at", OffsetDateTime.class).toInstant(),
                endedAt == null ? null : endedAt.toInstant(),
                row.getString("failure"));
    }

    @Override
    public synchronized void start() {
        if (stopped) {
            stopped = false;
            thread = Thread.ofPlatform().daemon().name("replays").start(this::work);
        }
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        signal.release();
        Thread running = thread;
        thread = null;
        if (running != null) {
            try {
                if (!running.join(STOPS_WITHIN)) {
                    LOG.warn("A replay does not stop; it goes on where it was with the next start");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return !stopped;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void work() {
        boolean known = false;
        boolean wasDown = false;
        while (!stopped) {
            try {
                if (!known) {
                    jdbc.sql("INSERT INTO view.read_model (name) SELECT unnest(?::text[]) ON CONFLICT DO NOTHING")
                            .param(models.keySet().toArray(String[]::new))
                            .update();
                    known = true;
                }
                lookForSwaps();
                for (String name : open()) {
                    if (!stopped && models.containsKey(name)) {
                        carryOut(Objects.requireNonNull(models.get(name)));
                    }
                }
                wasDown = false;
                boolean _ = signal.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                return;
            } catch (SQLException | RuntimeException e) {
                if (!wasDown && !stopped) {
                    LOG.warn("Replays cannot go on and are tried again: {}", e.getMessage());
                }
                wasDown = true;
                if (!pause(LOOK_AGAIN)) {
                    return;
                }
            }
        }
    }

    private void lookForSwaps() {
        swaps.set(jdbc.sql("SELECT coalesce(sum(swaps), 0)::bigint FROM view.read_model")
                .query(Long.class)
                .single());
    }

    private List<String> open() {
        return jdbc.sql("SELECT name FROM view.replay WHERE state IN ('WAITING', 'RUNNING') ORDER BY asked_at, name")
                .query(String.class)
                .list();
    }

    /** Keeps this read model's replay to this process, as long as the connection lives on which it is written. */
    private void carryOut(Replayable model) throws SQLException {
        try (Connection connection = database.getConnection()) {
            if (!locked(connection, "pg_try_advisory_lock", model.group())) {
                return;
            }
            int usual = connection.getNetworkTimeout();
            boolean clean = false;
            try {
                connection.setNetworkTimeout(Runnable::run, (int) LONGEST_STATEMENT.toMillis());
                connection.setAutoCommit(false);
                new Run(model, connection).toTheEnd();
                clean = true;
            } finally {
                if (!clean) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
                connection.setNetworkTimeout(Runnable::run, usual);
                locked(connection, "pg_advisory_unlock", model.group());
            }
        }
    }

    private static boolean locked(Connection connection, String function, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT " + function + "(?, ?)")) {
            statement.setInt(1, LOCK);
            statement.setInt(2, name.hashCode());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static boolean pause(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** One replay, from where it is until it ends or this process stops. */
    private final class Run {

        private final Replayable model;
        private final Connection connection;
        private final JdbcTemplate rows;
        private final ShadowTables shadow;
        private final StoredEvents events;
        private long from;
        private long position;

        Run(Replayable model, Connection connection) {
            this.model = model;
            this.connection = connection;
            this.rows = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
            this.shadow = new ShadowTables(rows, model);
            this.events = new StoredEvents(database, serializer, upcasters, model.concerns());
        }

        void toTheEnd() throws SQLException {
            int failures = 0;
            long lastFailedAt = -1;
            while (!stopped) {
                try {
                    if (!take()) {
                        return;
                    }
                    catchUp();
                    if (stopped) {
                        return;
                    }
                    shadow.analyze();
                    connection.commit();
                    swap();
                    return;
                } catch (DataAccessException | SQLException e) {
                    connection.rollback(); // throws if the connection is gone, and somebody takes it up anew
                    failures = position == lastFailedAt ? failures + 1 : 1;
                    lastFailedAt = position;
                    LOG.warn("The replay of {} has met a fault after position {}", model.group(), position, e);
                    if (failures >= FAILURES_IN_A_ROW) {
                        fail("The database refuses what comes after position " + position + ".");
                        return;
                    }
                } catch (RuntimeException e) {
                    connection.rollback();
                    LOG.error("The replay of {} cannot go on after position {}", model.group(), position, e);
                    fail("An event after position " + position + " cannot be handled.");
                    return;
                }
                if (!pause(Duration.ofSeconds(1))) {
                    return;
                }
            }
        }

        /** Finds or makes the new tables. */
        private boolean take() throws SQLException {
            Map<String, Object> row = rows
                    .queryForList(
                            "SELECT * FROM view.replay WHERE name = ? AND state IN ('WAITING', 'RUNNING')",
                            model.group())
                    .stream()
                    .findFirst()
                    .orElse(null);
            if (row == null) {
                connection.rollback();
                return false;
            }
            from = (Long) Objects.requireNonNull(row.get("from_position"));
            position = (Long) Objects.requireNonNull(row.get("position"));
            String shape = shadow.shape();
            if (!shape.equals(row.get("shape"))) {
                connection.rollback();
                prepare(shape);
                LOG.info("The replay of {} begins at position {}", model.group(), position + 1);
            } else {
                LOG.info("The replay of {} goes on after position {}", model.group(), position);
            }
            rows.update(
                    "UPDATE view.replay SET state = 'RUNNING', resumed_at = ?, resumed_position = ? WHERE name = ?",
                    now(),
                    position,
                    model.group());
            connection.commit();
            return true;
        }

        private void prepare(String shape) throws SQLException {
            // A copy is one moment of several tables and of the token.
            rows.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            rows.execute("SET LOCAL statement_timeout = " + LONGEST_STATEMENT.toMillis());
            shadow.create();
            position = 0;
            if (from > 1) {
                shadow.copy();
                long begin = model.rewind(shadow.tables(), from);
                shadow.forget(begin);
                position = begin - 1;
            }
            rows.update(
                    "UPDATE view.replay SET shape = ?, position = ? WHERE name = ?", shape, position, model.group());
            connection.commit();
        }

        /** Everything up to the head, a piece at a time, while the next one is being read. */
        private void catchUp() throws SQLException {
            long head = head();
            if (position >= head) {
                return;
            }
            CompletableFuture<Piece> next = readAhead(position, head);
            while (!stopped) {
                Piece piece = await(next);
                if (piece.upTo() >= head) {
                    head = head();
                }
                boolean more = piece.upTo() < head;
                if (more) {
                    next = readAhead(piece.upTo(), head);
                }
                try {
                    apply(piece);
                    connection.commit();
                } catch (DataAccessException | SQLException e) {
                    if (more) {
                        await(next);
                    }
                    throw e;
                }
                if (!more) {
                    return;
                }
            }
        }

        private CompletableFuture<Piece> readAhead(long after, long head) {
            long upTo = Math.min(head, after + positionsAPiece);
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return events.read(after, upTo, BYTES_A_PIECE);
                        } catch (SQLException e) {
                            throw new CompletionException(e);
                        }
                    },
                    readers);
        }

        private Piece await(CompletableFuture<Piece> next) throws SQLException {
            try {
                return next.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof SQLException database) {
                    throw database;
                }
                throw e.getCause() instanceof RuntimeException fault ? fault : e;
            }
        }

        private void apply(Piece piece) {
            // What a crash of the database takes, it takes together with the position.
            rows.execute("SET LOCAL synchronous_commit = off");
            Replayable.Changes changes = model.changes();
            for (Stored stored : piece.events()) {
                changes.add(stored.event(), stored.position(), stored.at());
            }
            changes.write(shadow.tables());
            int moved = rows.update(
                    "UPDATE view.replay SET position = ? WHERE name = ? AND state = 'RUNNING'",
                    piece.upTo(),
                    model.group());
            if (moved != 1) {
                throw new IllegalStateException("the replay of " + model.group() + " is no longer asked for");
            }
            position = piece.upTo();
        }

        /**
         * The present tables stand still under the lock, and nothing that they have seen lies beyond the head. If the new ones have seen more than the present ones,
         * what the processor still does changes nothing.
         */
        private void swap() throws SQLException {
            for (int tries = 0; tries < SWAP_TRIES && !stopped; tries++) {
                try {
                    shadow.lock(Math.min(LONGEST_LOCK_WAIT, SHORTEST_LOCK_WAIT << Math.min(tries / 8, 4)));
                    long end = head();
                    if (end - position <= POSITIONS_UNDER_LOCK) {
                        if (end > position) {
                            apply(events.read(position, end, Long.MAX_VALUE));
                        }
                        shadow.swap();
                        rows.update("UPDATE view.read_model SET swaps = swaps + 1 WHERE name = ?", model.group());
                        end("DONE", null);
                        lookForSwaps();
                        LOG.info("The replay of {} has taken its place at position {}", model.group(), position);
                        return;
                    }
                } catch (DataAccessException e) {
                    if (!isLockTimeout(e)) {
                        throw e;
                    }
                    LOG.debug("The tables of {} are in use", model.group(), e);
                }
                connection.rollback();
                if (!pause(BETWEEN_SWAP_TRIES)) {
                    return;
                }
                catchUp();
            }
            if (!stopped) {
                fail("The present tables were in use all the time.");
            }
        }

        private static boolean isLockTimeout(DataAccessException e) {
            return e.getMostSpecificCause() instanceof SQLException cause && LOCK_TIMEOUT.equals(cause.getSQLState());
        }

        private void fail(String why) throws SQLException {
            shadow.drop();
            end("FAILED", why);
        }

        private void end(String state, @Nullable String failure) throws SQLException {
            rows.update(
                    "UPDATE view.replay SET state = ?, ended_at = ?, failure = ?, shape = NULL WHERE name = ?",
                    state,
                    now(),
                    failure,
                    model.group());
            connection.commit();
        }

        private OffsetDateTime now() {
            return clock.instant().atOffset(java.time.ZoneOffset.UTC);
        }
    }
}
