package ticketing.query.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static ticketing.projections.Happenings.TONIGHT;
import static ticketing.projections.Happenings.details;
import static ticketing.projections.Happenings.drafted;
import static ticketing.projections.Happenings.euros;
import static ticketing.projections.Happenings.performer;
import static ticketing.projections.Happenings.published;
import static ticketing.projections.Happenings.venue;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.jdbc.support.JdbcTransactionManager;
import ticketing.messages.Money;
import ticketing.messages.search.SearchShows;
import ticketing.messages.search.SearchShows.Hits;
import ticketing.messages.search.SearchShows.Sort;
import ticketing.messages.search.SentenceModel;
import ticketing.messages.search.Suggestions;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.SeatMap;
import ticketing.projections.ReadModels;

/** Searches while Elasticsearch is not what it should be. */
@Timeout(60)
class SearchTest {

    private static final SeatMap MAP = new SeatMap(List.of(SeatMap.Section.standing("Floor", 30)));
    private static final Map<String, Money> PRICES = Map.of("Floor", euros("30"));

    private final ReadModels models = new ReadModels();
    /** For what is not about time. */
    private static final Duration PATIENT = Duration.ofSeconds(30);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicBoolean current = new AtomicBoolean(true);
    private IndexFreshness freshness = current::get;

    @BeforeEach
    void a_show() {
        models.happened(venue("hall", "Old Hall", "Köln", 50.94, 6.96, MAP));
        models.happened(performer("sigur", "Sigur Rós"));
        models.happened(
                drafted("ice", "hall", details("Glaciers", ShowType.CONCERT, TONIGHT, "sigur"), PRICES),
                published("ice", "hall", MAP, PRICES));
    }

    @AfterEach
    void end() {
        over.countDown();
        threads.close();
        models.close();
    }

    @FunctionalInterface
    private interface Behaviour {
        void answer(HttpExchange exchange) throws IOException;
    }

    private HttpServer server(Behaviour behaviour) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            behaviour.answer(exchange);
        });
        server.start();
        return server;
    }

    private Search search(HttpServer server) {
        return search(server, 4, PATIENT, Duration.ofMillis(300));
    }

    private Search search(HttpServer server, int atOnce, Duration longestWait, Duration answerWithin) {
        return search(server, atOnce, longestWait, answerWithin, PATIENT);
    }

    private Search search(
            HttpServer server, int atOnce, Duration longestWait, Duration answerWithin, Duration sendAwayAfter) {
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean(
                "client",
                ElasticsearchClient.of(settings ->
                        settings.host("http://127.0.0.1:" + server.getAddress().getPort())));
        beans.addBean("freshness", freshness);
        return new Search(
                models.jdbc(),
                new JdbcTransactionManager(models.database()),
                Clock.fixed(ReadModels.NOW, ZoneOffset.UTC),
                beans.getBeanProvider(ElasticsearchClient.class),
                beans.getBeanProvider(IndexFreshness.class),
                beans.getBeanProvider(SentenceModel.class),
                "shows",
                atOnce,
                longestWait,
                answerWithin,
                sendAwayAfter);
    }

    private static SearchShows anything() {
        return new SearchShows(
                "glaciers", null, null, null, null, null, null, null, null, false, Sort.RELEVANCE, 0, 20);
    }

    private void everythingIsAnsweredByPostgres(Search search) {
        for (int i = 0; i < 12; i++) {
            Hits hits = search.handle(anything());
            assertThat(hits.source()).isEqualTo("postgres");
            assertThat(hits.total()).isOne();
            assertThat(search.handle(new Suggestions("glac", 10)).suggestions()).hasSize(1);
        }
    }

    @Test
    void a_server_that_never_answers_is_not_waited_for_and_soon_left_alone() throws IOException {
        HttpServer hanging = server(exchange -> awaitTheEnd());
        everythingIsAnsweredByPostgres(search(hanging));
        assertThat(asked).as("of 24").hasValueBetween(5, 23);
        over.countDown();
        hanging.stop(0);
    }

    @Test
    void a_server_that_refuses_is_soon_left_alone() throws IOException {
        HttpServer refusing = server(exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        everythingIsAnsweredByPostgres(search(refusing));
        assertThat(asked).as("of 24").hasValueBetween(5, 23);
        refusing.stop(0);
    }

    @Test
    void what_is_no_answer_of_a_search_is_taken_for_none() throws IOException {
        HttpServer odd = server(exchange -> {
            byte[] page = "<html>It works!</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        everythingIsAnsweredByPostgres(search(odd));
        odd.stop(0);
    }

    @Test
    void an_index_that_is_not_in_step_is_not_asked() throws IOException {
        current.set(false);
        HttpServer server = server(exchange -> exchange.sendResponseHeaders(200, -1));
        everythingIsAnsweredByPostgres(search(server));
        assertThat(asked).hasValue(0);
        server.stop(0);
    }

    /** A page without hits of an index that has some. */
    private static void answer(HttpExchange exchange) throws IOException {
        byte[] page = """
                {"took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},
                "hits":{"total":{"value":7,"relation":"eq"},"max_score":null,"hits":[]},
                "aggregations":{"sterms#type":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[]},
                "sterms#city":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[]}}}
                """.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9");
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    @Test
    void a_crowd_waits_for_its_turn_instead_of_being_sent_away() throws Exception {
        AtomicInteger under = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier two = new CyclicBarrier(2);
        HttpServer server = server(exchange -> {
            most.accumulateAndGet(under.incrementAndGet(), Math::max);
            try {
                // Nobody is answered alone, so that there is time for a third one to be noticed.
                two.await();
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IOException(e);
            }
            // Before the answer, after which the next one may come.
            under.decrementAndGet();
            answer(exchange);
        });
        Search search = search(server, 2, PATIENT, PATIENT);
        List<Future<Hits>> crowd = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            crowd.add(threads.submit(() -> search.handle(anything())));
        }
        for (Future<Hits> one : crowd) {
            assertThat(one.get().source()).isEqualTo("elasticsearch");
        }
        assertThat(asked).hasValue(300);
        assertThat(most).hasValue(2);
        server.stop(0);
    }

    @Test
    void that_it_has_too_much_to_do_is_not_held_against_it() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        HttpServer server = server(exchange -> {
            heard.countDown();
            awaitTheEnd();
            answer(exchange);
        });
        Search search = search(server, 1, Duration.ZERO, PATIENT);
        Future<Hits> first = threads.submit(() -> search.handle(anything()));
        heard.await();
        // More than the failures that it is left alone for.
        for (int i = 0; i < 24; i++) {
            assertThat(search.handle(anything()).source()).isEqualTo("postgres");
        }
        assertThat(asked).hasValue(1);
        over.countDown();
        assertThat(first.get().source()).isEqualTo("elasticsearch");
        assertThat(search.handle(anything()).source()).isEqualTo("elasticsearch");
        server.stop(0);
    }

    @Test
    void who_finds_the_understudy_busy_is_answered_by_elasticsearch_when_it_is_back() throws Exception {
        AtomicBoolean refusing = new AtomicBoolean(true);
        HttpServer server = server(exchange -> {
            if (refusing.get()) {
                exchange.sendResponseHeaders(503, -1);
                exchange.close();
            } else {
                answer(exchange);
            }
        });
        Search search = search(server, 4, PATIENT, PATIENT);
        List<Future<Hits>> everybody = new ArrayList<>();
        try (Connection busy = models.database().getConnection();
                Statement statement = busy.createStatement()) {
            busy.setAutoCommit(false);
            statement.execute("LOCK TABLE view.search IN ACCESS EXCLUSIVE MODE");
            for (int i = 0; i < Search.UNDERSTUDIES + 3; i++) {
                everybody.add(threads.submit(() -> search.handle(anything())));
            }
            await().until(() -> asked.get() >= 5);
            refusing.set(false);
            await().until(() -> everybody.stream().filter(Future::isDone).count() >= 3);
            busy.rollback();
        }
        List<String> sources = new ArrayList<>();
        for (Future<Hits> one : everybody) {
            sources.add(one.get().source());
        }
        assertThat(sources).filteredOn("elasticsearch"::equals).hasSizeGreaterThanOrEqualTo(3);
        server.stop(0);
    }

    @Test
    void before_anybody_is_sent_away_the_index_is_looked_at_once_more() throws Exception {
        HttpServer server = server(SearchTest::answer);
        AtomicInteger looks = new AtomicInteger();
        freshness = () -> looks.incrementAndGet() > Search.UNDERSTUDIES + 1;
        // Shorter than the time after which it is looked again.
        Search search = search(server, 4, PATIENT, PATIENT, Duration.ofMillis(200));
        try (Connection busy = models.database().getConnection();
                Statement statement = busy.createStatement()) {
            busy.setAutoCommit(false);
            statement.execute("LOCK TABLE view.search IN ACCESS EXCLUSIVE MODE");
            List<Future<Hits>> understudies = new ArrayList<>();
            for (int i = 0; i < Search.UNDERSTUDIES; i++) {
                understudies.add(threads.submit(() -> search.handle(anything())));
            }
            await().until(() -> search.understudies.availablePermits() == 0);
            assertThat(search.handle(anything()).source()).isEqualTo("elasticsearch");
            busy.rollback();
            for (Future<Hits> one : understudies) {
                assertThat(one.get().source()).isEqualTo("postgres");
            }
        }
        server.stop(0);
    }

    private void awaitTheEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
