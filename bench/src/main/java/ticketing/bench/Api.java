package ticketing.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The calls of the HTTP contract that a load test needs. */
final class Api implements AutoCloseable {

    static final String SECTION = "Everywhere";

    /** @param body an empty object where there was none */
    record Answer(int status, JsonNode body) {

        Answer expect(int... statuses) {
            for (int expected : statuses) {
                if (status == expected) {
                    return this;
                }
            }
            throw new Inconsistent("unexpected answer " + status + ": " + body);
        }
    }

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final URI address;
    private final JsonMapper json = JsonMapper.builder().build();
    private final Wire wire;
    private final String runKey = UUID.randomUUID() + "-";
    private final AtomicLong keys = new AtomicLong();
    /** For WebSockets. */
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    Api(URI address) {
        this.address = address;
        this.wire = new Wire(address);
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, null, null);
    }

    Answer send(String method, String path, @Nullable String token, @Nullable Object body)
            throws IOException, InterruptedException {
        StringBuilder headers = new StringBuilder();
        if (body != null) {
            headers.append("Content-Type: application/json\r\n");
        }
        if (token != null) {
            headers.append("Authorization: Bearer ").append(token).append("\r\n");
        }
        if (path.startsWith("/v1/bookings") && !method.equals("GET")) {
            headers.append("Idempotency-Key: ")
                    .append(runKey)
                    .append(keys.incrementAndGet())
                    .append("\r\n");
        }
        Wire.Reply reply =
                wire.send(method, path, headers.toString(), body == null ? null : json.writeValueAsBytes(body));
        return new Answer(
                reply.status(), reply.body().length == 0 ? json.createObjectNode() : json.readTree(reply.body()));
    }

    /** @return an access token */
    String login(String email, String password) throws IOException, InterruptedException {
        return send("POST", "/v1/login", null, Map.of("email", email, "password", password))
                .expect(200)
                .body()
                .path("accessToken")
                .asString();
    }

    /** @return the access token of a new customer */
    String newBuyer() throws IOException, InterruptedException {
        String email = "buyer-" + UUID.randomUUID() + "@example.com";
        String password = UUID.randomUUID().toString();
        send("POST", "/v1/users", null, Map.of("email", email, "password", password, "name", "A Buyer"))
                .expect(201);
        return login(email, password);
    }

    /** @return the identifier of a new venue with one seated section of rows of 100 */
    String newVenue(String token, int rows) throws IOException, InterruptedException {
        List<Map<String, Object>> seats = IntStream.rangeClosed(1, rows)
                .<Map<String, Object>>mapToObj(row -> Map.of("label", Integer.toString(row), "seats", 100))
                .toList();
        return send(
                        "POST",
                        "/v1/venues",
                        token,
                        Map.of(
                                "name", "Bench Hall",
                                "address", Map.of("line1", "1 Bench Street", "city", "Vienna", "country", "AT"),
                                "location", Map.of("lat", 48.2, "lon", 16.37),
                                "zone", "Europe/Vienna",
                                "seatMap", Map.of("sections", List.of(Map.of("name", SECTION, "rows", seats)))))
                .expect(201)
                .body()
                .path("venueId")
                .asString();
    }

    /** @return a new show, not yet published */
    ShowId newShow(String token, String venueId, int holdSeconds) throws IOException, InterruptedException {
        return newShow(token, venueId, holdSeconds, 8);
    }

    ShowId newShow(String token, String venueId, int holdSeconds, int ticketsPerBooking)
            throws IOException, InterruptedException {
        String performer = send(
                        "POST",
                        "/v1/performers",
                        token,
                        Map.of("name", "The Benchmarks", "description", "Play it again.", "genre", "Rock"))
                .expect(201)
                .body()
                .path("performerId")
                .asString();
        return new ShowId(send(
                        "POST",
                        "/v1/events",
                        token,
                        Map.of(
                                "name",
                                "Bench Night",
                                "description",
                                "Nobody will come.",
                                "type",
                                "CONCERT",
                                "venueId",
                                venueId,
                                "performerIds",
                                List.of(performer),
                                "startsAt",
                                Instant.now()
                                        .plus(30, ChronoUnit.DAYS)
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString(),
                                "prices",
                                Map.of(SECTION, Map.of("amount", "10.00", "currency", "EUR")),
                                "holdSeconds",
                                holdSeconds,
                                "maxTicketsPerBooking",
                                ticketsPerBooking))
                .expect(201)
                .body()
                .path("eventId")
                .asString());
    }

    void publish(String token, ShowId show) throws IOException, InterruptedException {
        send("POST", "/v1/events/" + show + "/publish", token, null).expect(200, 202);
    }

    JsonNode availability(ShowId show) throws IOException, InterruptedException {
        return get("/v1/events/" + show).expect(200).body().path("availability");
    }

    /** What the program measures under this name, all of it together; 0 if there is nothing. */
    double metric(String name) throws IOException {
        String text =
                new String(wire.send("GET", "/actuator/prometheus", "", null).body(), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    Answer reserve(String token, ShowId show, int... seats) throws IOException, InterruptedException {
        List<String> tickets = Arrays.stream(seats)
                .mapToObj(seat -> TicketId.of(show, seat).value())
                .toList();
        return send("POST", "/v1/bookings", token, Map.of("eventId", show.value(), "ticketIds", tickets));
    }

    Answer confirm(String token, String bookingId) throws IOException, InterruptedException {
        return send("PUT", "/v1/bookings/" + bookingId + "/confirm", token, Map.of("paymentMethod", "pm_card_visa"));
    }

    /** Begins to watch the show's seats; returns when the first snapshot is there. */
    Watch watch(ShowId show) throws InterruptedException {
        Watch watch = new Watch();
        watch(show, watch);
        return watch;
    }

    /** The same with a watch that already knows what it expects, of the first snapshot too. */
    void watch(ShowId show, Watch watch) throws InterruptedException {
        try {
            watch.opened(http.newWebSocketBuilder()
                    .connectTimeout(ANSWER_WITHIN)
                    .buildAsync(
                            URI.create("ws" + address.toString().substring(4) + "/v1/events/" + show + "/seats/live"),
                            watch)
                    .join());
        } catch (CompletionException e) {
            throw new Inconsistent("the live seat map cannot be watched: " + e.getCause());
        }
    }

    @Override
    public void close() {
        wire.close();
        http.shutdownNow();
    }
}
