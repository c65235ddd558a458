package ticketing.query.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.query.search.SearchLine.NoTurnException;
import ticketing.query.search.SearchLine.Turn;

/** Asks a server that answers when it is told to. Searches are known by the size that they ask for, which is the total that is answered. */
@Timeout(60)
class SearchLineTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private static final Pattern SIZE = Pattern.compile("\"size\":(\\d+)");

    /** What the server is asked for, until it is told what to answer. */
    private static final class Asked {
        final int size;
        final CompletableFuture<Answer> answer = new CompletableFuture<>();

        Asked(int size) {
            this.size = size;
        }
    }

    private record Answer(int status, String body) {}

    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private SearchLine line;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/shows/", this::hear);
        server.start();
        line = line(1, LONG);
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private SearchLine line(int atOnce, Duration longestWait) {
        return new SearchLine(
                ElasticsearchAsyncClient.of(settings ->
                        settings.host("http://127.0.0.1:" + server.getAddress().getPort())),
                atOnce,
                longestWait,
                LONG);
    }

    private void hear(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Matcher size = SIZE.matcher(body);
        Asked request = new Asked(size.find() ? Integer.parseInt(size.group(1)) : -1);
        asked.add(request);
        Answer answer = request.answer.join();
        byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9");
        exchange.sendResponseHeaders(answer.status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String found(int total) {
        return """
                {"took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},
                "hits":{"total":{"value":%d,"relation":"eq"},"max_score":null,"hits":[]}}""".formatted(total);
    }

    /** Waits for a request, answers it, and returns its size. */
    private int answered() throws InterruptedException {
        Asked request = next();
        request.answer.complete(new Answer(200, found(request.size)));
        return request.size;
    }

    private Asked next() throws InterruptedException {
        Asked request = asked.poll(30, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        return request;
    }

    private static SearchRequest search(int size) {
        return SearchRequest.of(search -> search.index("shows").size(size));
    }

    private Future<Integer> searching(int size) throws InterruptedException {
        return searching(line.turn(), size);
    }

    /** Returns when it waits: for an answer or in line. */
    private Future<Integer> searching(Turn turn, int size) throws InterruptedException {
        CompletableFuture<Thread> searcher = new CompletableFuture<>();
        Future<Integer> total = threads.submit(() -> {
            searcher.complete(Thread.currentThread());
            return Math.toIntExact(turn.ask(search(size)).hits().total().value());
        });
        while (searcher.join().getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return total;
    }

    private List<Future<Integer>> searching(int first, int last) throws InterruptedException {
        List<Future<Integer>> all = new ArrayList<>();
        for (int size = first; size <= last; size++) {
            all.add(searching(size));
        }
        return all;
    }

    @Test
    void so_many_are_asked_at_once_and_the_others_in_the_order_in_which_they_came() throws Exception {
        line = line(2, LONG);
        List<Future<Integer>> all = searching(1, 5);
        Asked one = next();
        Asked other = next();
        assertThat(List.of(one.size, other.size)).containsExactlyInAnyOrder(1, 2);
        assertThat(asked).isEmpty();
        one.answer.complete(new Answer(200, found(one.size)));
        for (int size = 3; size <= 5; size++) {
            assertThat(answered()).isEqualTo(size);
        }
        other.answer.complete(new Answer(200, found(other.size)));
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).get()).isEqualTo(i + 1);
        }
    }

    @Test
    void a_failure_is_told_and_the_others_go_on() throws Exception {
        Future<Integer> first = searching(1);
        Future<Integer> second = searching(2);
        next().answer.complete(new Answer(503, "{}"));
        assertThat(answered()).isEqualTo(2);
        assertThat(second.get()).isEqualTo(2);
        assertThatThrownBy(first::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(NoTurnException.class);
    }

    @Test
    void after_a_failure_fewer_are_asked_at_once_until_an_answer_comes_early() throws Exception {
        line = line(2, LONG);
        List<Future<Integer>> all = searching(1, 4);
        Asked one = next();
        Asked other = next();
        one.answer.complete(new Answer(503, "{}"));
        assertThatThrownBy(all.get(one.size - 1)::get).hasCauseInstanceOf(IOException.class);
        line.sendAway();
        for (Future<Integer> waiting : all.subList(2, 4)) {
            assertThatThrownBy(waiting::get)
                    .as("nobody has come in its place")
                    .hasCauseInstanceOf(NoTurnException.class);
        }
        other.answer.complete(new Answer(200, found(other.size)));
        assertThat(all.get(other.size - 1).get()).isEqualTo(other.size);
        List<Future<Integer>> later = searching(5, 6);
        List<Asked> atOnce = List.of(next(), next());
        for (Asked request : atOnce) {
            request.answer.complete(new Answer(200, found(request.size)));
        }
        assertThat(later.getFirst().get()).isEqualTo(5);
        assertThat(later.getLast().get()).isEqualTo(6);
    }

    @Test
    void an_incomplete_answer_is_none() throws Exception {
        Future<Integer> late = searching(1);
        next().answer.complete(new Answer(200, found(1).replace("\"timed_out\":false", "\"timed_out\":true")));
        assertThatThrownBy(late::get).hasRootCauseMessage("an incomplete answer");
    }

    @Test
    void what_a_turn_asks_next_goes_before_everything_else() throws Exception {
        Turn turn = line.turn();
        Future<Integer> first = searching(turn, 1);
        List<Future<Integer>> others = searching(2, 4);
        assertThat(answered()).isEqualTo(1);
        first.get();
        Asked second = next();
        Future<Integer> again = searching(turn, 5);
        second.answer.complete(new Answer(200, found(2)));
        for (int size : List.of(5, 3, 4)) {
            assertThat(answered()).isEqualTo(size);
        }
        assertThat(again.get()).isEqualTo(5);
        for (Future<Integer> other : others) {
            other.get();
        }
    }

    @Test
    void several_that_are_asked_in_one_turn_are_answered_in_their_order() throws Exception {
        Future<List<Long>> totals =
                threads.submit(() -> line.turn().ask(List.of(search(1), search(2), search(3))).stream()
                        .map(answer -> answer.hits().total().value())
                        .toList());
        for (int i = 0; i < 3; i++) {
            answered();
        }
        assertThat(totals.get()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void who_waits_too_long_for_a_turn_has_asked_nothing() throws Exception {
        line = line(1, Duration.ZERO);
        Future<Integer> first = searching(1);
        Asked request = next();
        assertThatThrownBy(() -> line.turn().ask(search(2))).isInstanceOf(NoTurnException.class);
        request.answer.complete(new Answer(200, found(1)));
        assertThat(first.get()).isOne();
        assertThat(asked).isEmpty();
    }

    @Test
    void who_is_no_longer_waited_for_makes_room_for_the_next_one() throws Exception {
        CompletableFuture<Class<?>> thrown = new CompletableFuture<>();
        Thread first = Thread.ofPlatform().start(() -> {
            try {
                line.turn().ask(search(1));
            } catch (IOException | InterruptedException e) {
                thrown.complete(e.getClass());
            }
        });
        Asked unanswered = next();
        Future<Integer> second = searching(2);
        first.interrupt();
        assertThat(thrown.get()).isEqualTo(InterruptedException.class);
        assertThat(answered()).isEqualTo(2);
        assertThat(second.get()).isEqualTo(2);
        unanswered.answer.complete(new Answer(200, found(1)));
    }

    @Test
    void who_is_interrupted_leaves_the_line() throws Exception {
        Future<Integer> first = searching(1);
        CompletableFuture<Class<?>> thrown = new CompletableFuture<>();
        Thread second = Thread.ofPlatform().start(() -> {
            try {
                line.turn().ask(search(2));
            } catch (IOException | InterruptedException e) {
                thrown.complete(e.getClass());
            }
        });
        while (second.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        Future<Integer> third = searching(3);
        second.interrupt();
        assertThat(thrown.get()).isEqualTo(InterruptedException.class);
        assertThat(answered()).isEqualTo(1);
        assertThat(answered()).isEqualTo(3);
        assertThat(first.get()).isOne();
        assertThat(third.get()).isEqualTo(3);
    }

    @Test
    void who_waits_is_sent_away_and_who_has_begun_is_not() throws Exception {
        Future<Integer> first = searching(1);
        List<Future<Integer>> waiting = searching(2, 4);
        line.sendAway();
        for (Future<Integer> one : waiting) {
            assertThatThrownBy(one::get).hasCauseInstanceOf(NoTurnException.class);
        }
        assertThat(answered()).isEqualTo(1);
        assertThat(first.get()).isOne();
        assertThat(asked).isEmpty();
    }
}
