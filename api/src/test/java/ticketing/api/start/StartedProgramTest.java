package ticketing.api.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import ticketing.api.TicketingApplication;

/** The program as somebody starts it who has nothing but Java. */
class StartedProgramTest {

    private static final Pattern ADDRESS = Pattern.compile("http://localhost:(\\d+)\\R");
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    @TempDir(cleanup = CleanupMode.NEVER) // a server that a failed test left running still writes there
    Path directory;

    @Test
    void says_where_it_is_answers_and_stops_when_it_is_told_to() throws Exception {
        Path data = directory.resolve("data");
        try (Program program = Program.start(
                directory, TicketingApplication.class, "--server.port=0", "--ticketing.data-dir=" + data)) {
            program.awaitOutput("Stop");
            assertThat(program.output()).contains("Ticketing is ready.", "/docs", data.toString());

            String address = address(program.output());
            assertThat(status(address + "/actuator/health/readiness")).isEqualTo(200);
            assertThat(status(address + "/actuator/health/liveness")).isEqualTo(200);
            assertThat(status(address + "/actuator/env")).isNotEqualTo(200);
            assertThat(status(address + "/actuator/shutdown")).isNotEqualTo(200);

            long told = System.nanoTime();
            program.terminate();
            program.awaitEnd();
            assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(LONGEST_STOP);
            assertThat(program.errors()).isEmpty();
            assertThat(data.resolve("postgres/postmaster.pid"))
                    .as("PostgreSQL has stopped, too")
                    .doesNotExist();
        }
    }

    private static String address(String output) {
        Matcher found = ADDRESS.matcher(output);
        assertThat(found.find()).isTrue();
        return "http://localhost:" + found.group(1);
    }

    private static int status(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
