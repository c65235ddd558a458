package ticketing.api.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ticketing.api.TicketingApplication;
import ticketing.api.embedded.DataDirectory;
import ticketing.api.embedded.PostgresServer;

/** What stands in the way of a start is said in one sentence on stderr, and the exit code is 1. */
class RefusedStartTest {

    @TempDir
    Path directory;

    @Test
    void a_taken_port() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertRefused(
                    "Port " + taken.getLocalPort()
                            + " is taken by another program: stop that one, or start this one with another SERVER_PORT.",
                    "--server.port=" + taken.getLocalPort());
        }
        assertThat(directory.resolve("data")).as("nothing else was begun").doesNotExist();
    }

    @Test
    void a_data_directory_in_use() throws Exception {
        Path data = directory.resolve("data");
        try (DataDirectory claimed = DataDirectory.claim(data)) {
            assertRefused(
                    "The data directory " + claimed.path()
                            + " is in use by another running instance: stop that one, or start this one with another TICKETING_DATA_DIR.");
        }
    }

    @Test
    void a_data_directory_that_cannot_be_written_to() throws Exception {
        Path file = Files.createFile(directory.resolve("data"));
        assertRefused("The data directory " + file
                + " cannot be written to: change its permissions, or start with another TICKETING_DATA_DIR.");
    }

    @Test
    void a_database_that_does_not_answer() throws Exception {
        int nobody;
        try (ServerSocket free = new ServerSocket(0)) {
            nobody = free.getLocalPort();
        }
        String url = "jdbc:postgresql://127.0.0.1:" + nobody + "/tickets";
        assertRefused(
                "The database " + url + " cannot be reached: is it running, and is spring.datasource.url right?",
                "--spring.datasource.url=" + url + "?password=secret");
    }

    @Test
    void a_wrong_password_for_the_database() throws Exception {
        try (DataDirectory other = DataDirectory.claim(directory.resolve("other"));
                PostgresServer server = PostgresServer.start(other, other.path().resolve("programs"))) {
            assertRefused(
                    "The database " + server.jdbcUrl()
                            + " refuses the user name or the password: check spring.datasource.username and spring.datasource.password.",
                    "--spring.datasource.url=" + server.jdbcUrl(),
                    "--spring.datasource.username=" + server.user(),
                    "--spring.datasource.password=not-" + server.password());
        }
    }

    @Test
    void half_an_administrator() throws Exception {
        assertRefused(
                "TICKETING_ADMIN_EMAIL and TICKETING_ADMIN_PASSWORD are needed together: one of them is missing.",
                "--ticketing.admin.email=admin@example.org");
    }

    @Test
    void an_administrator_with_too_short_a_password() throws Exception {
        assertRefused(
                "TICKETING_ADMIN_EMAIL and TICKETING_ADMIN_PASSWORD cannot be an account's: password must have 8 to 72 bytes.",
                "--ticketing.admin.email=admin@example.org",
                "--ticketing.admin.password=short");
    }

    private void assertRefused(String sentence, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--ticketing.data-dir=" + directory.resolve("data"));
        if (all.stream().noneMatch(argument -> argument.startsWith("--server.port="))) {
            all.add("--server.port=0");
        }
        try (Program program = Program.start(directory, TicketingApplication.class, all.toArray(new String[0]))) {
            assertThat(program.awaitEnd()).isEqualTo(1);
            assertThat(program.errors()).isEqualTo(sentence + System.lineSeparator());
            assertThat(program.output()).doesNotContain("Exception", "\tat ");
        }
    }
}
