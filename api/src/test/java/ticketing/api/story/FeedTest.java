package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Other systems follow what happens. The receiver of webhooks is on this machine, which has to be allowed first. */
@Timeout(120)
class FeedTest extends Platform {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Person analyst = new Person("", "");
    private Person admin = new Person("", "");

    @BeforeEach
    void people() {
        analyst = client.newPerson("ANALYST");
        admin = client.admin();
    }

    private record Sale(Show show, Person buyer) {}

    private Sale sale() {
        Person organizer = client.newPerson("ORGANIZER");
        Show show = client.newShow(organizer, client.newVenue(organizer, 2, 10, 10), Map.of());
        Person buyer = client.newBuyer();
        client.pay(buyer, client.hold(buyer, show, 0, 1), "pm_card_visa").expect(200);
        String declined = client.hold(buyer, show, 2);
        client.pay(buyer, declined, "pm_card_chargeDeclinedInsufficientFunds").expect(402);
        client.delete("/v1/bookings/" + declined, buyer).expect(204);
        return new Sale(show, buyer);
    }

    private long head() {
        return client.get("/v1/feed?limit=1", analyst)
                .expect(200)
                .json()
                .path("head")
                .asLong();
    }

    private static List<Long> positions(JsonNode page) {
        List<Long> positions = new ArrayList<>();
        page.path("events")
                .forEach(event -> positions.add(event.path("position").asLong()));
        return positions;
    }

    @Test
    void a_consumer_that_goes_on_where_it_was_misses_nothing_and_hears_nothing_twice() {
        long before = head();
        sale();
        List<Long> heard = new ArrayList<>();
        long next = before + 1;
        JsonNode page;
        do {
            page = client.get("/v1/feed?limit=3&from=" + next, analyst)
                    .expect(200)
                    .json();
            heard.addAll(positions(page));
            next = page.path("next").asLong();
        } while (next <= page.path("head").asLong());
        assertThat(heard)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(before + 1, next - 1).boxed().toList());
        assertThat(positions(client.get("/v1/feed?from=" + next, analyst).json()))
                .isEmpty();
    }

    @Test
    void who_waits_is_told_at_once() throws Exception {
        long next = head() + 1;
        CompletableFuture<JsonNode> waiting = CompletableFuture.supplyAsync(() ->
                client.get("/v1/feed?wait=20&from=" + next, analyst).expect(200).json());
        sale();
        assertThat(positions(waiting.get(15, TimeUnit.SECONDS))).startsWith(next);
    }

    @Test
    void a_stream_goes_on_after_the_last_event_that_was_heard() throws Exception {
        long before = head();
        sale();
        String first = streamed("from=" + (before + 1), null, 4).getLast();
        assertThat(first).endsWith(":" + (before + 4));
        assertThat(streamed("", first, 2))
                .containsExactly(
                        first.replaceAll(":.*", ":") + (before + 5), first.replaceAll(":.*", ":") + (before + 6));
    }

    private List<String> streamed(String query, @org.jspecify.annotations.Nullable String lastEventId, int events)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(client.address().resolve("/v1/feed?" + query))
                .header("Accept", "text/event-stream")
                .header("Authorization", "Bearer " + analyst.token());
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<java.io.InputStream> response =
                Client.http().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            while (ids.size() < events) {
                String line = lines.readLine();
                if (line.startsWith("id: ")) {
                    ids.add(line.substring(4));
                }
            }
        }
        return ids;
    }

    @Test
    void nothing_about_people_is_in_it() {
        long before = head();
        Sale sale = sale();
        String all = client.get("/v1/feed?limit=1000&from=" + (before + 1), analyst)
                .expect(200)
                .text();
        assertThat(all)
                .contains(sale.show().id())
                .doesNotContain(sale.buyer().userId())
                .doesNotContain(sale.show().organizer().userId())
                .doesNotContain("Some Body")
                .doesNotContain("@example.com")
                .doesNotContain("pm_card")
                .doesNotContainIgnoringCase("insufficient");
    }

    @Test
    void what_makes_no_sense_is_refused() {
        assertThat(client.get("/v1/feed?from=0", analyst).problem()).isEqualTo("400 validation-failed");
        assertThat(client.get("/v1/feed?limit=1001", analyst).problem()).isEqualTo("400 validation-failed");
        assertThat(client.get("/v1/feed?wait=31", analyst).problem()).isEqualTo("400 validation-failed");
        assertThat(client.get("/v1/feed?epoch=another", analyst).problem()).isEqualTo("412 precondition-failed");
        assertThat(client.get("/v1/feed", client.newBuyer()).problem()).isEqualTo("403 forbidden");
        assertThat(client.get("/v1/feed").problem()).isEqualTo("401 unauthenticated");
        assertThat(client.post("/v1/webhooks", analyst, Map.of("url", "https://example.com/"))
                        .problem())
                .isEqualTo("403 forbidden");
        for (String url : List.of(
                "ftp://example.com/",
                "https:///path",
                "https://user@example.com/",
                "https://example.com/#x",
                "no url")) {
            assertThat(client.post("/v1/webhooks", admin, Map.of("url", url)).problem())
                    .as(url)
                    .isEqualTo("400 validation-failed");
        }
        assertThat(client.post(
                                "/v1/webhooks",
                                admin,
                                Map.of("url", "https://example.com/", "types", List.of("no.Event")))
                        .problem())
                .isEqualTo("400 validation-failed");
        assertThat(client.get("/v1/webhooks/none", admin).problem()).isEqualTo("404 webhook-not-found");
    }

    @Test
    void whoever_asks_wrongly_is_told_what_is_wrong() {
        long next = head() + 1;
        Map<String, String> mistakes = Map.of(
                "/v1/feed?from=start",
                "from must be a whole number",
                "/v1/feed?from=99999999999999999999",
                "from must be a whole number",
                "/v1/feed?from=-1",
                "from must be at least 1",
                "/v1/feed?from=" + Long.MAX_VALUE,
                "from must be at most ",
                "/v1/feed?limit=x",
                "limit must be a whole number",
                "/v1/feed?limit=0",
                "limit lies between 1 and 1000",
                "/v1/feed?wait=x",
                "wait must be a whole number",
                "/v1/feed?wait=-1",
                "wait must be 0 to 30",
                "/v1/feed?epoch=another&from=" + Long.MAX_VALUE,
                "The position is of another event store");
        mistakes.forEach((path, told) ->
                assertThat(client.get(path, analyst).at("/detail")).as(path).startsWith(told));
        assertThat(positions(
                        client.get("/v1/feed?from=" + next, analyst).expect(200).json()))
                .isEmpty();
        for (String id : List.of("x", "x:y", "x:" + Long.MAX_VALUE, ":", "")) {
            Answer answer = client.send(
                    "GET", "/v1/feed", analyst.token(), null, "Accept", "text/event-stream", "Last-Event-ID", id);
            assertThat(answer.status()).as(id).isEqualTo(400);
            assertThat(answer.at("/detail")).as(id).isEqualTo("Last-Event-ID is not one that was given");
        }

        Map<String, String> bodies = Map.of(
                "{}", "url is missing",
                "[]", "The body must be an object.",
                "{\"url\": 7}", "url must be a text",
                "{\"url\": \"https://example.com/\", \"types\": \"all\"}", "types must be a list",
                "{\"url\": \"https://example.com/\", \"types\": [\"ticket.*\"]}",
                        "types has one that no event is of (ticket.*); there are booking.BookingConfirmed, ",
                "{\"url\": \"https://example.com/\", \"types\": [null]}",
                        "types has one that no event is of; there are ",
                "{\"url\": \"https://example.com/\", \"from\": 0}", "from lies between 1 and ",
                "{\"url\": \"https://example.com/\", \"from\": \"1\"}", "from must be a whole number",
                "{\"url\": \"https://example.com/\", \"secret\": \"x\"}", "secret is not a known field");
        bodies.forEach((body, told) -> {
            Answer answer = client.post("/v1/webhooks", admin, body);
            assertThat(answer.status()).as(body).isEqualTo(400);
            assertThat(answer.at("/detail")).as(body).startsWith(told);
        });
    }

    @Test
    void one_consumer_does_not_take_the_places_of_all_others() throws Exception {
        List<HttpResponse<java.io.InputStream>> streams = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                streams.add(stream());
            }
            HttpResponse<java.io.InputStream> refused = stream();
            streams.add(refused);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(client.get("/v1/feed?wait=1&from=" + (head() + 1), analyst)
                            .problem())
                    .isEqualTo("429 rate-limited");
            client.get("/v1/feed?wait=1&from=" + (head() + 1), client.newPerson("ANALYST"))
                    .expect(200);
        } finally {
            for (HttpResponse<java.io.InputStream> stream : streams) {
                stream.body().close();
            }
        }
    }

    @Test
    void whoever_only_waits_takes_no_turn_from_those_who_work() throws Exception {
        Show show = sale().show();
        String seats = "/v1/events/" + show.id();
        long seq = client.get(seats + "/availability").json().path("seq").asLong();
        List<HttpResponse<java.io.InputStream>> streams = new ArrayList<>();
        List<CompletableFuture<?>> polls = new ArrayList<>();
        try {
            streams.add(stream());
            streams.add(stream(seats + "/seats/stream"));
            polls.add(
                    CompletableFuture.supplyAsync(() -> client.get("/v1/feed?wait=20&from=" + (head() + 1), analyst)));
            polls.add(CompletableFuture.supplyAsync(() -> client.get(seats + "/availability?wait=20&since=" + seq)));
            await().atMost(LONGEST).until(() -> meter("ticketing_feed_clients") >= 2);
            await().atMost(LONGEST).until(() -> meter("ticketing_requests_under_way") == 0);
            assertThat(polls).noneMatch(CompletableFuture::isDone);
        } finally {
            for (HttpResponse<java.io.InputStream> stream : streams) {
                stream.body().close();
            }
            client.hold(client.newBuyer(), show, 5);
            for (CompletableFuture<?> poll : polls) {
                poll.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    private double meter(String name) {
        return client.get("/actuator/prometheus")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private HttpResponse<java.io.InputStream> stream() throws Exception {
        return stream("/v1/feed?from=" + (head() + 1));
    }

    private HttpResponse<java.io.InputStream> stream(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(client.address().resolve(path))
                .header("Accept", "text/event-stream")
                .header("Authorization", "Bearer " + analyst.token())
                .build();
        return Client.http().send(request, HttpResponse.BodyHandlers.ofInputStream());
    }

    // --- webhooks --------------------------------------------------------------------------------------------------

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Heard(String id, String timestamp, String signature, byte[] body) {
        long position() {
            return JsonMapper.shared().readTree(body).path("position").asLong();
        }
    }

    /** Somebody who is called. */
    private static final class Receiver implements AutoCloseable {
        final ConcurrentLinkedQueue<Heard> heard = new ConcurrentLinkedQueue<>();
        final AtomicInteger status = new AtomicInteger(204);
        final AtomicInteger calls = new AtomicInteger();
        private final HttpServer server;

        Receiver() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", this::take);
            server.start();
        }

        private void take(HttpExchange exchange) throws IOException {
            calls.incrementAndGet();
            byte[] body = exchange.getRequestBody().readAllBytes();
            int answer = status.get();
            if (answer == 204) {
                heard.add(new Heard(
                        exchange.getRequestHeaders().getFirst("webhook-id"),
                        exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                        exchange.getRequestHeaders().getFirst("webhook-signature"),
                        body));
            }
            exchange.getResponseHeaders().set("Location", url() + "elsewhere");
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        }

        List<Long> positions() {
            return heard.stream().map(Heard::position).toList();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private final List<String> made = new ArrayList<>();

    @AfterEach
    void forget_the_webhooks() {
        made.forEach(id -> client.delete("/v1/webhooks/" + id, admin));
    }

    private JsonNode webhook(Receiver receiver, Map<String, ?> more) {
        Map<String, Object> wanted = new java.util.HashMap<>(Map.of("url", receiver.url()));
        wanted.putAll(more);
        JsonNode webhook =
                client.post("/v1/webhooks", admin, wanted).expect(201).json();
        made.add(webhook.path("webhookId").asString(""));
        return webhook;
    }

    private Answer state(JsonNode webhook) {
        return client.get("/v1/webhooks/" + webhook.path("webhookId").asString(""), admin)
                .expect(200);
    }

    @Test
    void a_receiver_gets_every_event_in_order_and_can_tell_that_it_is_from_us() throws Exception {
        try (Receiver receiver = new Receiver()) {
            long before = head();
            JsonNode webhook = webhook(receiver, Map.of());
            sale();
            long after = head();
            await().atMost(LONGEST).until(() -> receiver.positions().contains(after));
            assertThat(receiver.positions().stream().filter(position -> position <= after))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(before + 1, after).boxed().toList());
            byte[] secret = Base64.getDecoder()
                    .decode(webhook.path("secret").asString("").substring("whsec_".length()));
            for (Heard heard : receiver.heard) {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(secret, "HmacSHA256"));
                String signed =
                        heard.id() + "." + heard.timestamp() + "." + new String(heard.body(), StandardCharsets.UTF_8);
                assertThat(heard.signature())
                        .isEqualTo("v1,"
                                + Base64.getEncoder()
                                        .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
            }
            assertThat(receiver.heard.stream().map(Heard::id)).doesNotHaveDuplicates();
            assertThat(state(webhook).text()).doesNotContain("whsec_");

            client.post(
                            "/v1/webhooks/" + webhook.path("webhookId").asString("") + "/replay",
                            admin,
                            Map.of("from", before + 1))
                    .expect(202);
            await().atMost(LONGEST)
                    .until(() -> receiver.positions().stream()
                                    .filter(position -> position == after)
                                    .count()
                            == 2);
            assertThat(receiver.positions().reversed().stream()
                            .dropWhile(position -> position > after)
                            .limit(after - before))
                    .containsExactlyElementsOf(LongStream.rangeClosed(before + 1, after)
                            .boxed()
                            .toList()
                            .reversed());
        }
    }

    @Test
    void only_what_is_wanted_is_sent() throws Exception {
        try (Receiver receiver = new Receiver()) {
            JsonNode webhook = webhook(receiver, Map.of("types", List.of("ticket.TicketConfirmed")));
            sale();
            long after = head();
            await().atMost(LONGEST)
                    .until(() -> state(webhook).json().path("position").asLong() >= after);
            assertThat(receiver.heard).hasSize(2);
        }
    }

    @Test
    void what_a_receiver_does_not_take_is_tried_again_until_it_does_and_is_given_up_in_the_end() throws Exception {
        try (Receiver receiver = new Receiver()) {
            // A redirect is no success, and is not followed.
            receiver.status.set(302);
            JsonNode webhook = webhook(receiver, Map.of("types", List.of("ticket.TicketConfirmed")));
            sale();
            await().atMost(LONGEST).until(() -> receiver.calls.get() >= 2);
            receiver.status.set(204);
            await().atMost(LONGEST).until(() -> receiver.heard.size() == 2);
            assertThat(receiver.positions()).isSorted().doesNotHaveDuplicates();

            receiver.status.set(500);
            sale();
            await().atMost(LONGEST).until(() -> state(webhook).at("/state").equals("STOPPED"));
            assertThat(state(webhook).at("/lastAnswer")).isEqualTo("answered 500");
            int calls = receiver.calls.get();

            receiver.status.set(204);
            client.post("/v1/webhooks/" + webhook.path("webhookId").asString("") + "/replay", admin, null)
                    .expect(202);
            await().atMost(LONGEST).until(() -> receiver.heard.size() == 4);
            assertThat(receiver.calls.get()).isEqualTo(calls + 2);
            assertThat(state(webhook).at("/state")).isEqualTo("ACTIVE");
        }
    }
}
