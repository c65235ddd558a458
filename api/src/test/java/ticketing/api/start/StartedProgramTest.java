package ticketing.api.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
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
                directory,
                TicketingApplication.class,
                "--server.port=0",
                "--ticketing.data-dir=" + data,
                "--ticketing.search.server.jvm-options=-XX:TieredStopAtLevel=1")) {
            program.awaitOutput("Stop");
            assertThat(program.output()).contains("Ticketing is ready.", "/docs", data.toString());

            String address = address(program.output());
            assertThat(status(address + "/actuator/health/readiness")).isEqualTo(200);
            assertThat(status(address + "/actuator/health/liveness")).isEqualTo(200);
            assertThat(status(address + "/actuator/env")).isNotEqualTo(200);
            assertThat(status(address + "/actuator/shutdown")).isNotEqualTo(200);

            program.awaitOutput("the embedded Elasticsearch answers");
            ProcessHandle elasticsearch = elasticsearch(data);
            assertThat(elasticsearch.isAlive()).isTrue();

            long told = System.nanoTime();
            program.terminate();
            program.awaitEnd();
            assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(LONGEST_STOP);
            assertThat(program.errors()).isEmpty();
            assertThat(data.resolve("postgres/postmaster.pid"))
                    .as("PostgreSQL has stopped, too")
                    .doesNotExist();
            assertThat(elasticsearch.isAlive()).as("Elasticsearch, too").isFalse();
        }
    }

    @Test
    void is_ready_and_finds_shows_when_elasticsearch_cannot_be_started() throws Exception {
        Path nowhere = directory.resolve("nowhere.zip");
        try (Program program = Program.start(
                directory,
                TicketingApplication.class,
                "--server.port=0",
                "--ticketing.demo=false",
                "--ticketing.data-dir=" + directory.resolve("data"),
                "--ticketing.embedded.program-dir=" + directory.resolve("programs"),
                "--ticketing.search.server.archive=" + nowhere)) {
            program.awaitOutput("There is no " + nowhere);
            program.awaitOutput("Stop");
            String address = address(program.output());
            assertThat(status(address + "/actuator/health/readiness")).isEqualTo(200);
            assertThat(body(address + "/actuator/health"))
                    .contains("\"search\":{\"description\":\"PostgreSQL answers searches\",\"status\":\"DEGRADED\"}")
                    .endsWith("\"status\":\"UP\"}");
            assertThat(body(address + "/v1/events/search")).contains("\"source\":\"postgres\"");
            assertThat(program.output()).as("no fault of the program").doesNotContain("Exception", "\tat ");

            // In order, or its database would outlive it.
            program.terminate();
            program.awaitEnd();
        }
    }

    private static ProcessHandle elasticsearch(Path data) throws IOException {
        Properties properties = new Properties();
        try (Reader file = Files.newBufferedReader(data.resolve("elasticsearch/server.properties"))) {
            properties.load(file);
        }
        return ProcessHandle.of(Long.parseLong(properties.getProperty("pid"))).orElseThrow();
    }

    private static String address(String output) {
        Matcher found = ADDRESS.matcher(output);
        assertThat(found.find()).isTrue();
        return "http://localhost:" + found.group(1);
    }

    private static int status(String url) throws IOException, InterruptedException {
        return got(url).statusCode();
    }

    private static String body(String url) throws IOException, InterruptedException {
        return got(url).body();
    }

    private static HttpResponse<String> got(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
