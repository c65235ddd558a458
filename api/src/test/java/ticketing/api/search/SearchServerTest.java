package ticketing.api.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import ticketing.api.embedded.ElasticsearchServer;
import ticketing.api.embedded.EmbeddedSearch;
import ticketing.api.embedded.TestElasticsearch;

/** Which Elasticsearch the program reaches, on a real one beside a real PostgreSQL, without the rest of the program. */
class SearchServerTest {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS) // a server that a failed test left running still writes there
    Path directory;

    /** The database is the same for all: making one anew takes longer than starting it. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path data;

    @Configuration(proxyBeanMethods = false)
    @ComponentScan({"ticketing.api.embedded", "ticketing.api.search"})
    @ConfigurationPropertiesScan({"ticketing.api.start", "ticketing.api.embedded", "ticketing.api.search"})
    @ImportAutoConfiguration(SslAutoConfiguration.class)
    static class Parts {}

    @Test
    void the_one_beside_the_program_is_reached_when_it_is_there_and_started_again_when_it_is_killed() throws Exception {
        ProcessHandle second;
        try (ConfigurableApplicationContext program = start("ticketing.search.embedded=true")) {
            ElasticsearchClient client = program.getBean(ElasticsearchClient.class);
            EmbeddedSearch search = program.getBean(EmbeddedSearch.class);
            await().atMost(LONGEST).until(() -> search.state().equals("running"));
            await().atMost(LONGEST).until(() -> health(program).getStatus().equals(Status.UP));
            assertThat(client.cluster().health().numberOfNodes()).isEqualTo(1);

            ProcessHandle first = search.server().orElseThrow().process();
            first.destroyForcibly();
            await().atMost(LONGEST)
                    .until(() -> health(program).getStatus().getCode().equals("DEGRADED"));
            await().atMost(LONGEST).until(() -> health(program).getStatus().equals(Status.UP));
            second = search.server().orElseThrow().process();
            assertThat(second.pid()).isNotEqualTo(first.pid());
        }
        assertThat(second.isAlive()).isFalse();
    }

    @Test
    void another_one_is_used_instead_if_it_is_named() throws Exception {
        // Other programs of other tests may still be there, with servers of theirs.
        List<ProcessHandle> before = ProcessHandle.current().children().toList();
        try (ElasticsearchServer another = TestElasticsearch.start(directory.resolve("another"));
                ConfigurableApplicationContext program = start("spring.elasticsearch.uris=" + another.uri())) {
            assertThat(program.getBean(ElasticsearchClient.class)
                            .cluster()
                            .health()
                            .numberOfNodes())
                    .isEqualTo(1);
            assertThat(health(program).getStatus()).isEqualTo(Status.UP);
            assertThat(program.getBeanProvider(EmbeddedSearch.class).stream()).isEmpty();
            assertThat(ProcessHandle.current().children().filter(child -> !before.contains(child)))
                    .as("no new child but the other one")
                    .containsExactly(another.process());
        }
    }

    @Test
    void another_one_is_told_the_api_key_over_tls() throws Exception {
        Path keys = directory.resolve("keys.p12");
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                keys);
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        HttpsServer cluster = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        cluster.setHttpsConfigurator(new HttpsConfigurator(tls(keys)));
        answerHealth(cluster, heard);
        try (ConfigurableApplicationContext program = start(
                "spring.elasticsearch.uris=https://127.0.0.1:"
                        + cluster.getAddress().getPort(),
                "spring.elasticsearch.path-prefix=/search",
                "spring.elasticsearch.api-key=the-key",
                "spring.elasticsearch.restclient.ssl.bundle=cluster",
                "spring.ssl.bundle.jks.cluster.truststore.location=file:" + keys,
                "spring.ssl.bundle.jks.cluster.truststore.password=secret")) {
            assertThat(program.getBean(ElasticsearchClient.class)
                            .cluster()
                            .health()
                            .clusterName())
                    .isEqualTo("theirs");
            assertThat(heard).containsExactly("ApiKey the-key /search/_cluster/health");
        } finally {
            cluster.stop(0);
        }
    }

    @Test
    void another_one_is_told_the_user_and_the_password() throws Exception {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        HttpServer cluster = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answerHealth(cluster, heard);
        try (ConfigurableApplicationContext program = start(
                "spring.elasticsearch.uris=127.0.0.1:" + cluster.getAddress().getPort(),
                "spring.elasticsearch.username=Aladdin",
                "spring.elasticsearch.password=open sesame")) {
            assertThat(program.getBean(ElasticsearchClient.class)
                            .cluster()
                            .health()
                            .clusterName())
                    .isEqualTo("theirs");
            // The example of RFC 7617.
            assertThat(heard).containsExactly("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ== /_cluster/health");
        } finally {
            cluster.stop(0);
        }
    }

    @Test
    void nobody_is_reached_if_it_is_switched_off() {
        try (ConfigurableApplicationContext program = start("ticketing.search.embedded=false")) {
            assertThat(program.getBeanProvider(ElasticsearchClient.class).stream())
                    .isEmpty();
            assertThat(health(program))
                    .isEqualTo(Health.up()
                            .withDetail("elasticsearch", "switched off")
                            .build());
        }
    }

    @Test
    void one_that_cannot_be_started_is_told_by_health_and_every_call_fails() {
        Path missing = directory.resolve("missing.zip");
        try (ConfigurableApplicationContext program =
                start("ticketing.search.server.archive=" + missing, "ticketing.embedded.program-dir=" + directory)) {
            await().atMost(LONGEST)
                    .until(() -> health(program)
                            .getDetails()
                            .getOrDefault("embedded", "")
                            .toString()
                            .startsWith("There is no " + missing));
            assertThat(health(program).getStatus()).isEqualTo(SearchHealth.DEGRADED);
            ElasticsearchClient client = program.getBean(ElasticsearchClient.class);
            assertThatThrownBy(() -> client.cluster().health()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void an_index_that_cannot_be_opened_is_put_aside() throws Exception {
        Path state = Files.createDirectories(data.resolve("elasticsearch/data/_state"));
        Files.writeString(state.resolve("segments_1"), "nothing that Lucene wrote");
        try (ConfigurableApplicationContext program = start("ticketing.search.embedded=true")) {
            await().atMost(LONGEST).until(() -> health(program).getStatus().equals(Status.UP));
            assertThat(data.resolve("elasticsearch/data.unusable/_state/segments_1"))
                    .exists();
        }
    }

    @Test
    void it_moves_if_somebody_else_has_taken_its_port() throws Exception {
        ConfigurableApplicationContext program = start(
                "ticketing.search.server.archive=" + directory.resolve("later.zip"),
                "ticketing.embedded.program-dir=" + directory.resolve("programs"));
        try (program) {
            EmbeddedSearch search = program.getBean(EmbeddedSearch.class);
            await().atMost(LONGEST).until(() -> search.state().startsWith("There is no "));
            int first = search.uri().getPort();
            try (ServerSocket somebody = new ServerSocket(first, 1, InetAddress.getLoopbackAddress())) {
                Files.createLink(directory.resolve("later.zip"), TestElasticsearch.ARCHIVE);
                await().atMost(LONGEST).until(() -> health(program).getStatus().equals(Status.UP));
                assertThat(search.uri().getPort()).isNotEqualTo(somebody.getLocalPort());
            }
        }
    }

    private ConfigurableApplicationContext start(String... properties) {
        // As arguments, which win over the system properties of the tests.
        return new SpringApplicationBuilder(Parts.class)
                .web(WebApplicationType.NONE)
                .run(Stream.concat(
                                Stream.of(
                                        "ticketing.data-dir=" + data,
                                        "ticketing.search.server.heap=256MB",
                                        "ticketing.search.server.jvm-options=-XX:TieredStopAtLevel=1"),
                                Stream.of(properties))
                        .map(property -> "--" + property)
                        .toArray(String[]::new));
    }

    private static Health health(ConfigurableApplicationContext program) {
        return program.getBean(SearchHealth.class).health();
    }

    /** As little of a cluster as tells what it was told. */
    private static void answerHealth(HttpServer server, Queue<String> heard) {
        server.createContext("/", exchange -> {
            heard.add(exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestURI().getPath());
            byte[] body = """
                    {"cluster_name":"theirs","status":"green","timed_out":false,"number_of_nodes":1,"number_of_data_nodes":1,
                    "active_primary_shards":0,"active_shards":0,"relocating_shards":0,"initializing_shards":0,"unassigned_shards":0,
                    "unassigned_primary_shards":0,"delayed_unassigned_shards":0,"number_of_pending_tasks":0,
                    "number_of_in_flight_fetch":0,"task_max_waiting_in_queue_millis":0,"active_shards_percent_as_number":100.0}
                    """.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
            exchange.getResponseHeaders().add("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    private static SSLContext tls(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(keys)) {
            store.load(file, "secret".toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(Object... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        command.addAll(List.of("-alias", "cluster", "-storepass", "secret", "-storetype", "PKCS12"));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
