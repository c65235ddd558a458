package ticketing.query.search;

import static org.assertj.core.api.Assertions.assertThat;
import static ticketing.projections.Happenings.TONIGHT;
import static ticketing.projections.Happenings.details;
import static ticketing.projections.Happenings.drafted;
import static ticketing.projections.Happenings.euros;
import static ticketing.projections.Happenings.performer;
import static ticketing.projections.Happenings.published;
import static ticketing.projections.Happenings.venue;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicBoolean current = new AtomicBoolean(true);

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
        void answer(com.sun.net.httpserver.HttpExchange exchange) throws IOException;
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
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean(
                "client",
                ElasticsearchClient.of(settings ->
                        settings.host("http://127.0.0.1:" + server.getAddress().getPort())));
        beans.addBean("freshness", (IndexFreshness) current::get);
        return new Search(
                models.jdbc(),
                new JdbcTransactionManager(models.database()),
                Clock.fixed(ReadModels.NOW, ZoneOffset.UTC),
                beans.getBeanProvider(ElasticsearchClient.class),
                beans.getBeanProvider(IndexFreshness.class),
                beans.getBeanProvider(SentenceModel.class),
                "shows");
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
        HttpServer hanging = server(exchange -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
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
            byte[] page = "<html>It works!</html>".getBytes(java.nio.charset.StandardCharsets.UTF_8);
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
}
