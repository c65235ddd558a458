package ticketing.api.node;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.start.StartRefused;

/**
 * The processes of this program that share a database, as far as they have to know of one another. Each holds a lock in the database under its name for as long
 * as it lives: a session's lock ends with the process, however it ends. What a dead process had claimed is free within half a second. And each tells the others
 * how far things have come, so that they need not find it out by asking.
 *
 * <p>Nothing depends on what is told: whoever misses it finds it in the database a moment later.
 */
public final class Nodes implements AutoCloseable {

    /** The event store's head, among the names of what is told about. */
    public static final String HEAD = "head";

    /** The first part of all our locks' numbers; the second is a node's key, or 0 for whether there may be several. */
    public static final int LOCKS = 0x7469_636b;

    private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);

    private static final String CHANNEL = "ticketing_nodes";

    /** How often it is looked who is there. Who is missing twice is dead. */
    private static final Duration LOOK = Duration.ofMillis(250);

    /** What comes together is told together. */
    private static final Duration BETWEEN_NEWS = Duration.ofMillis(10);

    /** A node that lost power says nothing more, not even goodbye; the server must not keep its locks for it. */
    private static final Duration LOCKS_OUTLIVE_SILENCE = Duration.ofSeconds(5);

    /** How long a start waits for its own former self to be gone. */
    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(10);

    private static final int MOST_NAMES = 100;

    /** Hears how far something has come on another node. */
    @FunctionalInterface
    public interface Listener {

        /** Called on the thread that listens, so it must be quick. */
        void heard(String what, long position);
    }

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final ThisNode self;
    private final Duration longestGoodbye;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> lost = new CopyOnWriteArrayList<>();
    private final Map<String, Long> untold = new ConcurrentHashMap<>();
    private final Semaphore news = new Semaphore(0);
    private volatile int others;
    private volatile boolean closed;
    private @Nullable Thread session;
    private @Nullable Thread teller;

    public Nodes(DataSource dataSource, ThisNode self) {
        this(dataSource, self, LONGEST_GOODBYE);
    }

    /** @param longestGoodbye how long a start waits for its own former self to be gone */
    Nodes(DataSource dataSource, ThisNode self, Duration longestGoodbye) {
        this.longestGoodbye = longestGoodbye;
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        this.self = self;
    }

    /** Who this is. */
    public ThisNode self() {
        return self;
    }

    /** How many other nodes were there when it was last looked. */
    public int others() {
        return others;
    }

    /** Has the listener called with what other nodes tell. */
    public void onNews(Listener listener) {
        listeners.add(listener);
    }

    /** Has this run when a node has gone, or news may have been missed: what was told before may no longer be so. */
    public void onLost(Runnable forget) {
        lost.add(forget);
    }

    /**
     * Tells the other nodes, soon and without waiting for it; of several positions under one name the last one.
     *
     * @param what letters and hyphens
     */
    public void tell(String what, long position) {
        if (others > 0 && (untold.containsKey(what) || untold.size() < MOST_NAMES)) {
            untold.put(what, position);
            if (news.availablePermits() == 0) {
                news.release();
            }
        }
    }

    /**
     * Takes this node's name, and goes on holding it until {@link #close}. With the embedded database there is nothing to do: who holds the data directory is alone.
     *
     * @throws StartRefused if another process has the name, or one of them is configured as the only one
     */
    public void start(boolean embedded) {
        if (embedded) {
            return;
        }
        Connection first = enter();
        if (self.alone()) {
            session = Thread.ofPlatform().daemon().name("nodes").start(() -> hold(first, this::remain));
        } else {
            session = Thread.ofPlatform().daemon().name("nodes").start(() -> hold(first, this::listen));
            // No virtual thread: interrupted at the end, one would break the connection that it writes to.
            teller = Thread.ofPlatform().daemon().name("nodes-news").start(this::tellNews);
        }
    }

    private Connection enter() {
        long giveUp = System.nanoTime() + longestGoodbye.toNanos();
        while (true) {
            Connection connection = null;
            try {
                connection = dataSource.getConnection();
                String refused = locked(connection);
                if (refused == null) {
                    return connection;
                }
                leave(connection);
                if (System.nanoTime() > giveUp) {
                    throw new StartRefused(refused);
                }
                TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
            } catch (SQLException e) {
                leave(connection);
                throw new StartRefused("The database does not let this process in: " + e.getMessage() + ".", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartRefused("The start was interrupted.", e);
            }
        }
    }

    /** Why the locks are not to be had; null if they are. */
    private @Nullable String locked(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        execute(connection, "SET idle_session_timeout = " + LOCKS_OUTLIVE_SILENCE.toMillis());
        if (!tryLock(connection, self.alone() ? "pg_try_advisory_lock" : "pg_try_advisory_lock_shared", 0)) {
            return self.alone()
                    ? "ticketing.sole-writer says that no other process uses this database, but another one does."
                    : "Another process uses this database and is configured to be its only one (ticketing.sole-writer).";
        }
        if (!tryLock(connection, "pg_try_advisory_lock", self.key())) {
            return "Another process on this database is called " + self.name()
                    + ", too: give each its own ticketing.node, or none.";
        }
        execute(connection, "LISTEN " + CHANNEL);
        return null;
    }

    private static boolean tryLock(Connection connection, String how, int key) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT " + how + "(?, ?)")) {
            lock.setInt(1, LOCKS);
            lock.setInt(2, key);
            try (ResultSet row = lock.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Gives a connection back without anything of ours. */
    private static void leave(@Nullable Connection connection) {
        if (connection == null) {
            return;
        }
        try (connection) {
            execute(connection, "UNLISTEN " + CHANNEL);
            execute(connection, "SELECT pg_advisory_unlock_all()");
            execute(connection, "RESET idle_session_timeout");
        } catch (SQLException e) {
            LOG.debug("Closing a broken connection", e);
        }
    }

    private interface Stay {
        void in(Connection connection) throws SQLException, InterruptedException;
    }

    private void hold(Connection first, Stay stay) {
        Connection present = first;
        boolean wasLost = false;
        while (!closed) {
            try {
                if (present == null) {
                    present = dataSource.getConnection();
                    String refused = locked(present);
                    if (refused != null) {
                        throw new SQLException(refused);
                    }
                    lost.forEach(Runnable::run);
                    LOG.info("This node is known to the database again");
                    wasLost = false;
                }
                stay.in(present);
            } catch (InterruptedException e) {
                break;
            } catch (SQLException | RuntimeException e) {
                if (!closed && !wasLost) {
                    LOG.warn("This node is not known to the database; trying again: {}", e.getMessage());
                }
                wasLost = true;
                leave(present);
                present = null;
                pause(LOOK);
            }
        }
        leave(present);
    }

    /** The locks are all there is to do; the statement keeps them. */
    private void remain(Connection connection) throws SQLException, InterruptedException {
        while (!closed) {
            execute(connection, "SELECT 1");
            Thread.sleep(LOCKS_OUTLIVE_SILENCE.dividedBy(5));
        }
    }

    private void listen(Connection connection) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        Set<String> missing = new HashSet<>();
        long looked = System.nanoTime() - LOOK.toNanos();
        while (!closed) {
            long rest = LOOK.toNanos() - (System.nanoTime() - looked);
            if (rest <= 0) {
                look(connection, missing);
                looked = System.nanoTime();
                continue;
            }
            PGNotification[] heard =
                    postgres.getNotifications(Math.max(1, Math.toIntExact(TimeUnit.NANOSECONDS.toMillis(rest))));
            if (heard != null) {
                for (PGNotification each : heard) {
                    hear(each.getParameter());
                }
            }
        }
    }

    /** @param missing those whose claims were there without them the last time, and then this time */
    private void look(Connection connection, Set<String> missing) throws SQLException {
        Set<Integer> alive = new HashSet<>();
        Set<String> owners = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT objid::bigint, NULL FROM pg_locks
                 WHERE locktype = 'advisory' AND classid::bigint = ? AND objsubid = 2 AND granted
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                UNION ALL SELECT NULL, owner FROM store.token WHERE owner IS NOT NULL
                """)) {
            select.setLong(1, LOCKS);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    String owner = row.getString(2);
                    if (owner == null) {
                        alive.add((int) row.getLong(1));
                    } else {
                        owners.add(owner);
                    }
                }
            }
        }
        alive.remove(0);
        alive.remove(self.key());
        int before = others;
        others = alive.size();
        if (others < before) {
            lost.forEach(Runnable::run);
        }
        Set<String> gone = owners.stream()
                .filter(owner -> !owner.equals(self.name()) && !alive.contains(new ThisNode(owner, false).key()))
                .collect(Collectors.toSet());
        for (String dead : gone) {
            if (missing.contains(dead)) {
                free(connection, dead);
            }
        }
        missing.clear();
        missing.addAll(gone);
    }

    private static void free(Connection connection, String dead) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE store.token SET owner = NULL WHERE owner = ?")) {
            update.setString(1, dead);
            int freed = update.executeUpdate();
            if (freed > 0) {
                LOG.info("Node {} is gone; what it had claimed is free ({} read models)", dead, freed);
            }
        }
    }

    private void hear(String message) {
        String[] words = message.split(" ", MOST_NAMES + 2);
        if (words[0].equals(Integer.toHexString(self.key()))) {
            return;
        }
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            if (equals > 0) {
                String what = words[i].substring(0, equals);
                long position = Long.parseLong(words[i].substring(equals + 1));
                listeners.forEach(listener -> listener.heard(what, position));
            }
        }
    }

    private void tellNews() {
        while (!closed) {
            try {
                news.acquire();
                news.drainPermits();
                StringBuilder message = new StringBuilder(Integer.toHexString(self.key()));
                for (String what : Set.copyOf(untold.keySet())) {
                    Long position = untold.remove(what);
                    if (position != null) {
                        message.append(' ').append(what).append('=').append(position);
                    }
                }
                // A transaction that notifies has a commit record, which nobody needs to wait for.
                jdbc.sql("SELECT set_config('synchronous_commit', 'off', true), pg_notify(?, ?)::text")
                        .params(CHANNEL, message.toString())
                        .query((row, _) -> 0)
                        .list();
                Thread.sleep(BETWEEN_NEWS);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.debug("The other nodes could not be told; they look by themselves", e);
                pause(LOOK);
            }
        }
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        if (teller != null) {
            teller.interrupt();
        }
        if (session != null) {
            session.interrupt();
            try {
                session.join(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
