package ticketing.api.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import ticketing.api.start.Program;

/** A real Elasticsearch in a directory of its own. */
class ElasticsearchServerTest {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Pattern RUNNING = Pattern.compile("pid (\\d+) at (\\S+)\\.");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS) // a server that a failed test left running still writes there
    Path temporary;

    @Test
    void keeps_what_was_confirmed_when_it_is_killed() throws Exception {
        Path data = temporary.resolve("elasticsearch");
        ElasticsearchServer server = TestElasticsearch.start(data);
        assertThat(status(server.uri(), "GET", "/_cluster/health?wait_for_status=green&timeout=20s", ""))
                .isEqualTo(200);
        assertThat(status(server.uri(), "PUT", "/kept", "{\"settings\":{\"number_of_replicas\":0}}"))
                .isEqualTo(200);
        assertThat(status(server.uri(), "PUT", "/kept/_doc/1", "{\"n\":7}")).isEqualTo(201);
        server.process().destroyForcibly();

        ProcessHandle second;
        try (ElasticsearchServer next = TestElasticsearch.start(data)) {
            await().atMost(LONGEST).until(() -> status(next.uri(), "GET", "/kept/_doc/1", "") == 200);
            assertThat(data.resolve("logs/server.log")).content().contains("started");
            second = next.process();
        }
        assertThat(second.isAlive()).isFalse();
    }

    @Test
    void ends_with_a_killed_program_and_the_next_one_goes_on_with_its_data() throws Exception {
        Path data = temporary.resolve("elasticsearch");
        ProcessHandle first;
        try (Program program = Program.start(temporary, SearchUntilKilled.class, data.toString())) {
            program.awaitOutput("pid ");
            Matcher said = RUNNING.matcher(program.output());
            assertThat(said.find()).isTrue();
            first = ProcessHandle.of(Long.parseLong(said.group(1))).orElseThrow();
            URI uri = URI.create(said.group(2));
            assertThat(status(uri, "PUT", "/kept", "{\"settings\":{\"number_of_replicas\":0}}"))
                    .isEqualTo(200);
            program.kill();
        }
        // At once: the first server may still be ending.
        try (ElasticsearchServer next = TestElasticsearch.start(data)) {
            assertThat(first.isAlive() && !Zombie.is(first.pid()))
                    .as("two servers on the same data")
                    .isFalse();
            assertThat(status(next.uri(), "GET", "/kept", "")).isEqualTo(200);
        }
    }

    @Test
    void says_in_one_sentence_why_it_does_not_start() throws Exception {
        ElasticsearchProgram program = TestElasticsearch.program();
        assertThatThrownBy(() -> ElasticsearchServer.start(
                        temporary.resolve("elasticsearch"),
                        program,
                        TestElasticsearch.port(),
                        new ElasticsearchServer.Size(TestElasticsearch.HEAP, List.of("-Xmx1m"))))
                .isInstanceOf(ServerFailure.class)
                .hasMessageStartingWith("The embedded Elasticsearch cannot be started: it ended with exit code 1")
                .hasMessageContaining("heap");
        assertThat(Files.readString(temporary.resolve("elasticsearch/config/log4j2.properties")))
                .as("the log is bounded")
                .contains("SizeBasedTriggeringPolicy");
    }

    private static int status(URI server, String method, String path, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .header("Content-Type", "application/json")
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }
}
