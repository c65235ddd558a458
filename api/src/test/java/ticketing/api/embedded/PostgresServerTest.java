package ticketing.api.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import ticketing.api.start.Program;
import ticketing.api.start.StartRefused;

/** A real server in a directory of its own. */
class PostgresServerTest {

    private static final Path PROGRAMS = Path.of(
                    System.getProperty("ticketing.embedded.program-dir", "target/programs"))
            .toAbsolutePath();

    @TempDir(cleanup = CleanupMode.NEVER) // a server that a failed test left running still writes there
    Path temporary;

    @Test
    void keeps_what_was_committed_when_the_program_is_killed() throws Exception {
        Path data = temporary.resolve("data");
        String said;
        try (Program writer = Program.start(temporary, WriterUntilKilled.class, data.toString(), PROGRAMS.toString())) {
            writer.awaitOutput("committed 100.");
            writer.kill();
            said = writer.output();
        }
        int committed = Pattern.compile("committed (\\d+)\\.")
                .matcher(said)
                .results()
                .map(MatchResult::group)
                .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")))
                .max()
                .orElseThrow();
        String leftRunning = postmaster(data);

        try (DataDirectory directory = DataDirectory.claim(data);
                PostgresServer server = PostgresServer.start(directory, PROGRAMS)) {
            assertThat(postmaster(data)).as("the same server, taken over").isEqualTo(leftRunning);
            assertThat(number(server, "SELECT max(n) FROM number")).isBetween(committed, committed + 1);
            assertThat(number(server, "SELECT count(*) FROM number"))
                    .as("no hole")
                    .isEqualTo(number(server, "SELECT max(n) FROM number"));
        }
        assertThat(data.resolve("postgres/postmaster.pid"))
                .as("the server is stopped")
                .doesNotExist();
    }

    @Test
    void keeps_what_was_committed_when_it_is_killed_itself() throws Exception {
        Path data = temporary.resolve("data");
        try (DataDirectory directory = DataDirectory.claim(data)) {
            PostgresServer server = PostgresServer.start(directory, PROGRAMS);
            execute(server, "CREATE TABLE kept (n integer)");
            execute(server, "INSERT INTO kept VALUES (7)");
            ProcessHandle postmaster =
                    ProcessHandle.of(Long.parseLong(postmaster(data))).orElseThrow();
            assertThat(postmaster.destroyForcibly()).isTrue();

            try (PostgresServer next = PostgresServer.start(directory, PROGRAMS)) {
                assertThat(number(next, "SELECT n FROM kept")).isEqualTo(7);
            }
        }
    }

    @Test
    void is_durable_and_lets_nobody_in_without_the_password() throws Exception {
        Path data = temporary.resolve("data");
        try (DataDirectory directory = DataDirectory.claim(data);
                PostgresServer server = PostgresServer.start(directory, PROGRAMS)) {
            assertThat(server.isDurable()).isTrue();
            assertThat(number(
                            server,
                            "SELECT count(*) FROM pg_database WHERE datname = 'ticketing' AND datcollate = 'C'"))
                    .isEqualTo(1);
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.user(), "guessed"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(Files.getPosixFilePermissions(data.resolve("postgres.properties")))
                    .hasSize(2);
        }
        try (DataDirectory directory = DataDirectory.claim(data);
                PostgresServer server = PostgresServer.start(directory, PROGRAMS)) {
            assertThat(server.password())
                    .isEqualTo(PostgresAccess.rememberedIn(data).password());
        }
    }

    @Test
    void a_command_reads_the_database_beside_the_program_and_without_it() throws Exception {
        Path data = temporary.resolve("data");
        assertThatThrownBy(() -> EmbeddedStore.open(data, PROGRAMS))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("There is no database in " + data);
        try (DataDirectory directory = DataDirectory.claim(data);
                PostgresServer server = PostgresServer.start(directory, PROGRAMS)) {
            execute(server, "CREATE TABLE kept (n integer)");
            execute(server, "INSERT INTO kept VALUES (7)");
            try (EmbeddedStore beside = EmbeddedStore.open(data, PROGRAMS)) {
                assertThat(kept(beside)).isEqualTo(7);
            }
            assertThat(number(server, "SELECT n FROM kept")).as("it runs on").isEqualTo(7);
        }
        try (EmbeddedStore alone = EmbeddedStore.open(data, PROGRAMS)) {
            assertThat(kept(alone)).isEqualTo(7);
        }
        assertThat(data.resolve("postgres/postmaster.pid"))
                .as("the server is stopped")
                .doesNotExist();
    }

    private static int kept(EmbeddedStore store) throws SQLException {
        try (Connection connection = DriverManager.getConnection(store.jdbcUrl(), store.user(), store.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT n FROM kept")) {
            assertThat(row.next()).isTrue();
            return row.getInt(1);
        }
    }

    private static String postmaster(Path data) throws Exception {
        return Files.readAllLines(data.resolve("postgres/postmaster.pid")).getFirst();
    }

    private static int number(PostgresServer server, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return row.getInt(1);
        }
    }

    private static void execute(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
