package ticketing.api.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ticketing.api.start.StartRefused;

/**
 * A real PostgreSQL whose data lives in the data directory and outlives this process. It listens on the loopback interface only and asks for a password.
 *
 * <p>When this process is killed the server goes on alone. The next start finds it and takes it over, after ending what the dead process had left open;
 * two servers never share one data directory.
 */
public final class PostgresServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);

    private static final String SUPERUSER = "postgres";
    static final String USER = "ticketing";
    private static final String DATABASE = "ticketing";

    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    /** Together with the rest of the program's stop this stays below ten seconds; a server that needs longer ends by itself. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    private static final long POLL_MILLIS = 50;

    /** What the server is started with; durability comes first, then what fits a small machine. */
    private static final Map<String, String> SETTINGS = new TreeMap<>(Map.ofEntries(
            Map.entry("fsync", "on"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("full_page_writes", "on"),
            Map.entry("listen_addresses", "127.0.0.1"),
            Map.entry("unix_socket_directories", ""),
            Map.entry("max_connections", "100"),
            Map.entry("shared_buffers", "192MB"),
            Map.entry("max_wal_size", "2GB"),
            Map.entry("min_wal_size", "160MB"),
            Map.entry("checkpoint_timeout", "15min"),
            Map.entry("random_page_cost", "1.1"),
            Map.entry("idle_in_transaction_session_timeout", "20s"),
            Map.entry("timezone", "UTC"),
            Map.entry("log_timezone", "UTC"),
            Map.entry("logging_collector", "on"),
            // One file for each day of the week, so the log never grows beyond a week.
            Map.entry("log_directory", "log"),
            Map.entry("log_filename", "%a.log"),
            Map.entry("log_rotation_age", "1d"),
            Map.entry("log_rotation_size", "0"),
            Map.entry("log_truncate_on_rotation", "on")));

    private final Path data;
    private final PostgresProgram program;
    private final Unprivileged unprivileged;
    private final PostgresAccess access;

    private PostgresServer(Path data, PostgresProgram program, Unprivileged unprivileged, PostgresAccess access) {
        this.data = data;
        this.program = program;
        this.unprivileged = unprivileged;
        this.access = access;
    }

    /**
     * Starts the server, or takes over the one that an earlier process left running; returns when it answers.
     *
     * @param directory claimed by the caller, and held until the server is closed
     * @param programs where PostgreSQL's programs are unpacked
     * @throws StartRefused if it cannot be started, with the server's own reason
     */
    public static PostgresServer start(DataDirectory directory, Path programs) {
        PostgresProgram program = PostgresProgram.unpackedIn(programs);
        Unprivileged unprivileged = Unprivileged.ofThisProcess();
        try {
            Path data = directory.path().resolve("postgres");
            if (!Files.exists(data)) {
                create(directory.path(), data, program, unprivileged);
            } else if (!PostgresAccess.isRememberedIn(directory.path())) {
                throw new StartRefused("The embedded PostgreSQL in " + data
                        + " cannot be opened, because postgres.properties with its password is missing beside it.");
            }
            PostgresAccess access = PostgresAccess.rememberedIn(directory.path());
            PostgresServer running = new PostgresServer(data, program, unprivileged, access);
            if (running.takeOver()) {
                running.open();
                return running;
            }
            if (!access.portIsFree()) {
                access = access.onAnotherPort();
                access.rememberIn(directory.path());
            }
            PostgresServer server = new PostgresServer(data, program, unprivileged, access);
            server.launch();
            server.open();
            return server;
        } catch (IOException | SQLException e) {
            throw new StartRefused(
                    "The embedded PostgreSQL in " + directory.path() + " cannot be started: " + e.getMessage() + ".",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefused("The start was interrupted.", e);
        }
    }

    /** Where the program's database is. */
    public String jdbcUrl() {
        return url(DATABASE);
    }

    /** Where the program's database is on a server that is reached like this. */
    static String jdbcUrl(PostgresAccess access) {
        return "jdbc:postgresql://127.0.0.1:" + access.port() + "/" + DATABASE;
    }

    /** The owner of the program's database, who is no superuser. */
    public String user() {
        return USER;
    }

    public String password() {
        return access.password();
    }

    /** Whether commits wait for the disk, as the server itself says. */
    boolean isDurable() throws SQLException {
        try (Connection connection = connect(DATABASE)) {
            return Stream.of("fsync", "synchronous_commit", "full_page_writes")
                    .allMatch(setting -> "on".equals(show(connection, setting)));
        }
    }

    /** Ends all connections and stops the server in order. */
    @Override
    public void close() {
        try {
            stop();
        } catch (IOException e) {
            LOG.warn(
                    "the embedded PostgreSQL could not be told to stop; it goes on, and the next start takes it over",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A crash while the files are made leaves nothing that looks like a database: they get their name when they are complete. */
    private static void create(Path directory, Path data, PostgresProgram program, Unprivileged unprivileged)
            throws IOException, InterruptedException {
        PostgresAccess access = PostgresAccess.invented();
        Path unfinished = directory.resolve("postgres.unfinished");
        PostgresProgram.delete(unfinished);
        Files.createDirectory(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        unprivileged.own(unfinished);
        Path password = Files.createTempFile("ticketing", null);
        Path log = directory.resolve("postgres-start.log");
        try {
            Files.writeString(password, access.password());
            unprivileged.own(password);
            int exit = run(
                    log,
                    LONGEST_START,
                    unprivileged.command(
                            program.path("initdb"),
                            "--pgdata=" + unfinished,
                            "--username=" + SUPERUSER,
                            "--pwfile=" + password,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8"));
            if (exit != 0) {
                throw new StartRefused(
                        "The embedded PostgreSQL cannot create its files in " + directory + ": " + reasonIn(log));
            }
        } finally {
            Files.delete(password);
        }
        access.rememberIn(directory);
        Files.move(unfinished, data);
    }

    /** Whether a server of an earlier process runs on our data and is ready for us. Afterwards either it is, or none runs. */
    private boolean takeOver() throws IOException, InterruptedException {
        Optional<ProcessHandle> earlier = running();
        if (earlier.isEmpty()) {
            return false;
        }
        LOG.info("The embedded PostgreSQL of an earlier run is still there; taking it over.");
        long end = System.nanoTime() + LONGEST_START.toNanos();
        while (earlier.get().isAlive() && System.nanoTime() < end) {
            try (Connection connection = connect(SUPERUSER)) {
                if (data.toString().equals(show(connection, "data_directory"))
                        && clusterName().equals(show(connection, "cluster_name"))) {
                    endOtherSessions(connection);
                    return true;
                }
                break;
            } catch (SQLException e) {
                boolean startingOrStopping = "57P03".equals(e.getSQLState()) || "08001".equals(e.getSQLState());
                if (!startingOrStopping) {
                    break;
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
        if (earlier.get().isAlive()) {
            stop();
            if (earlier.get().isAlive()) {
                throw new StartRefused("The embedded PostgreSQL of an earlier run (process "
                        + earlier.get().pid() + ") is still stopping: try again in a moment.");
            }
        }
        return false;
    }

    /** What a killed process had sent must have happened or not before anybody reads. */
    private static void endOtherSessions(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("""
                    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
                    """);
        }
    }

    /**
     * The server process that the data's lock file names. After a restart of the machine or the container that number may be somebody else's, or a dead
     * process that nobody has buried; the file is then removed, or PostgreSQL would believe it.
     */
    private Optional<ProcessHandle> running() throws IOException {
        Path lock = data.resolve("postmaster.pid");
        if (!Files.exists(lock)) {
            return Optional.empty();
        }
        long pid;
        try (Stream<String> lines = Files.lines(lock)) {
            pid = Long.parseLong(lines.findFirst().orElse("").strip());
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        Optional<String> command = process.flatMap(found -> found.info().command());
        if (Zombie.is(pid) || (command.isPresent() && !command.get().contains("postgres"))) {
            Files.delete(lock);
            return Optional.empty();
        }
        return process;
    }

    private void launch() throws IOException, InterruptedException {
        unprivileged.own(data);
        Path log = data.resolveSibling("postgres-start.log");
        Map<String, String> settings = new TreeMap<>(SETTINGS);
        settings.put("port", Integer.toString(access.port()));
        settings.put("cluster_name", clusterName());
        String options = settings.entrySet().stream()
                .map(e -> "-c " + e.getKey() + "='" + e.getValue() + "'")
                .collect(Collectors.joining(" "));
        // pg_ctl puts the server into a session of its own, so that Ctrl-C in a terminal reaches only this program,
        // which then stops it in order.
        int exit = run(
                log,
                LONGEST_START.plusSeconds(10),
                unprivileged.command(
                        program.path("pg_ctl"),
                        "start",
                        "--silent",
                        "--pgdata=" + data,
                        "--wait",
                        "--timeout=" + LONGEST_START.toSeconds(),
                        "--options=" + options));
        if (exit != 0) {
            throw new StartRefused("The embedded PostgreSQL cannot be started: " + reasonIn(log));
        }
    }

    /** Changes whenever the settings do, so that a server that was left running with other ones is seen and started anew. */
    private static String clusterName() {
        return "ticketing-" + Integer.toHexString(SETTINGS.toString().hashCode());
    }

    private void open() throws SQLException {
        try (Connection connection = connect(SUPERUSER);
                Statement statement = connection.createStatement()) {
            if (!exists(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + USER + "'")) {
                // The password is our own invention: letters, digits, - and _.
                statement.execute("CREATE ROLE " + USER + " LOGIN PASSWORD '" + access.password() + "'");
            }
            if (!exists(statement, "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
                statement.execute("CREATE DATABASE " + DATABASE + " OWNER " + USER);
            }
        }
        if (!isDurable()) {
            close();
            throw new StartRefused("The embedded PostgreSQL in " + data
                    + " does not keep what it confirms (fsync is off), so it is not used.");
        }
    }

    private void stop() throws IOException, InterruptedException {
        run(
                data.resolveSibling("postgres-start.log"),
                LONGEST_STOP.plusSeconds(1),
                unprivileged.command(
                        program.path("pg_ctl"),
                        "stop",
                        "--silent",
                        "--pgdata=" + data,
                        "--mode=fast",
                        "--wait",
                        "--timeout=" + LONGEST_STOP.toSeconds()));
    }

    private Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", SUPERUSER);
        properties.setProperty("password", access.password());
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        return DriverManager.getConnection(url(database), properties);
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + access.port() + "/" + database;
    }

    private static String show(Connection connection, String setting) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + setting)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException("the embedded PostgreSQL does not tell its " + setting, e);
        }
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next();
        }
    }

    private static int run(Path log, Duration longest, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // What somebody has set up for another PostgreSQL must not reach ours.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            return -1;
        }
        return process.exitValue();
    }

    /** The last line in which a program complains. */
    private static String reasonIn(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("FATAL") || line.contains("rror"))
                    .reduce((first, last) -> last)
                    .map(line -> line.replaceFirst(".*?(FATAL|error|Error): *", ""))
                    .map(line -> line.endsWith(".") ? line : line + ".")
                    .orElse("see " + log + ".");
        }
    }
}
