package ticketing.api.story;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Talks HTTP to a running program, and knows what people ordinarily do with it. */
final class Client {

    static final String ADMIN_EMAIL = "admin@example.com";
    static final String ADMIN_PASSWORD = "correct horse";

    /** With it registering hundreds of people takes no time. */
    static final String CHEAP_PASSWORDS = "ticketing.accounts.bcrypt-strength=4";

    private static final String PASSWORD = "password1";
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private static final JsonMapper JSON = JsonMapper.shared();

    // One for all: each has a thread of its own that is never ended.
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    private final URI address;

    Client(URI address) {
        this.address = address;
    }

    /** Somebody with a valid access token. */
    record Person(String userId, String token) {}

    /** A published event and who made it. */
    record Show(String id, Person organizer) {
        String ticket(int seat) {
            return id + "-" + seat;
        }

        List<String> tickets(int... seats) {
            return Arrays.stream(seats).mapToObj(this::ticket).toList();
        }
    }

    /** What came back. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(int status, HttpHeaders headers, byte[] body) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return JSON.readTree(body);
        }

        /** Text at this JSON pointer; empty if there is none. */
        String at(String pointer) {
            return json().at(pointer).asString("");
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        Answer expect(int expected) {
            if (status != expected) {
                throw new AssertionError("expected " + expected + " but got " + this);
            }
            return this;
        }

        /** Status and code of a problem document, having seen that it is a complete one. */
        String problem() {
            if (!header("Content-Type").startsWith("application/problem+json")) {
                throw new AssertionError("no problem document: " + this);
            }
            JsonNode document = json();
            String code = at("/code");
            if (!at("/type").equals("/problems/" + code)
                    || document.path("status").asInt(0) != status
                    || at("/title").isBlank()
                    || at("/detail").isBlank()) {
                throw new AssertionError("a bad problem document: " + this);
            }
            return status + " " + code;
        }

        @Override
        public String toString() {
            return status + " " + text();
        }
    }

    URI address() {
        return address;
    }

    static HttpClient http() {
        return HTTP;
    }

    Answer get(String path) {
        return send("GET", path, null, null);
    }

    Answer get(String path, Person as) {
        return send("GET", path, as.token(), null);
    }

    Answer post(String path, @Nullable Person as, @Nullable Object body, String... headers) {
        return send("POST", path, as == null ? null : as.token(), body, headers);
    }

    Answer put(String path, @Nullable Person as, @Nullable Object body, String... headers) {
        return send("PUT", path, as == null ? null : as.token(), body, headers);
    }

    Answer delete(String path, Person as) {
        return send("DELETE", path, as.token(), null);
    }

    /**
     * Sends one request.
     *
     * @param body bytes and text as they are, anything else as JSON
     * @throws UncheckedIOException if the program is not there, or leaves in the middle of its answer
     */
    Answer send(String method, String path, @Nullable String token, @Nullable Object body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(path))
                .timeout(ANSWER_WITHIN)
                .method(method, publisher(body));
        if (body != null && !Arrays.asList(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<byte[]> response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads a path that no URI can have; the answer is one with a length. */
    Answer getUnchecked(String path) {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout((int) ANSWER_WITHIN.toMillis());
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + address.getAuthority()
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            String[] parts =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\r\n\r\n", 2);
            String[] head = parts[0].split("\r\n", -1);
            Map<String, List<String>> headers = Arrays.stream(head)
                    .skip(1)
                    .map(line -> line.split(": ", 2))
                    .collect(Collectors.groupingBy(
                            line -> line[0], Collectors.mapping(line -> line[1], Collectors.toList())));
            return new Answer(
                    Integer.parseInt(head[0].split(" ", 3)[1]),
                    HttpHeaders.of(headers, (_, _) -> true),
                    parts[1].getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BodyPublisher publisher(@Nullable Object body) {
        return switch (body) {
            case null -> BodyPublishers.noBody();
            case byte[] bytes -> BodyPublishers.ofByteArray(bytes);
            case String text -> BodyPublishers.ofString(text);
            default -> BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        };
    }

    Person login(String email, String password) {
        String token = token(email, password);
        String id = send("GET", "/v1/users/me", token, null).expect(200).at("/userId");
        return new Person(id, token);
    }

    private String token(String email, String password) {
        return post("/v1/login", null, Map.of("email", email, "password", password))
                .expect(200)
                .at("/accessToken");
    }

    Person admin() {
        return login(ADMIN_EMAIL, ADMIN_PASSWORD);
    }

    /** Registers somebody new, who is a buyer. */
    Person newBuyer() {
        return newBuyer("p" + UUID.randomUUID() + "@example.com", "Some Body");
    }

    /** Registers somebody new of this name, who is a buyer. */
    Person newBuyer(String email, String name) {
        return new Person(registered(email, name), token(email, PASSWORD));
    }

    private String registered(String email, String name) {
        return post("/v1/users", null, Map.of("email", email, "password", PASSWORD, "name", name))
                .expect(201)
                .at("/userId");
    }

    /** Registers somebody new and gives them this role alone. */
    Person newPerson(String role) {
        String email = "p" + UUID.randomUUID() + "@example.com";
        String id = registered(email, "Some Body");
        put("/v1/users/" + id + "/roles", admin(), Map.of("roles", List.of(role)))
                .expect(200);
        return new Person(id, token(email, PASSWORD));
    }

    /** Opens a hall with a seated section "Stalls" and a standing area "Floor". */
    String newVenue(Person organizer, int rows, int seatsEach, int standing) {
        List<Map<String, Object>> stalls = IntStream.rangeClosed(1, rows)
                .mapToObj(row -> Map.<String, Object>of("label", "R" + row, "seats", seatsEach))
                .toList();
        return post(
                        "/v1/venues",
                        organizer,
                        Map.of(
                                "name",
                                "Little Hall",
                                "address",
                                Map.of("line1", "1 Street", "city", "Berlin", "country", "DE"),
                                "location",
                                Map.of("lat", 52.5, "lon", 13.4),
                                "zone",
                                "Europe/Berlin",
                                "seatMap",
                                Map.of(
                                        "sections",
                                        List.of(
                                                Map.of("name", "Stalls", "rows", stalls),
                                                Map.of("name", "Floor", "standing", standing)))))
                .expect(201)
                .at("/venueId");
    }

    /** What an event in such a hall is made of; more members replace the usual ones. */
    static Map<String, Object> event(String venueId, Map<String, ?> more) {
        Map<String, Object> event = new java.util.HashMap<>(Map.of(
                "name",
                "The Night",
                "type",
                "CONCERT",
                "venueId",
                venueId,
                "startsAt",
                Instant.now()
                        .plus(90, ChronoUnit.DAYS)
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString(),
                "prices",
                Map.of("Stalls", price("49.50"), "Floor", price("30.00"))));
        event.putAll(more);
        return event;
    }

    static Map<String, String> price(String amount) {
        return Map.of("amount", amount, "currency", "EUR");
    }

    Show newDraft(Person organizer, String venueId, Map<String, ?> more) {
        return new Show(
                post("/v1/events", organizer, event(venueId, more)).expect(201).at("/eventId"), organizer);
    }

    Show newShow(Person organizer, String venueId, Map<String, ?> more) {
        Show show = newDraft(organizer, venueId, more);
        post("/v1/events/" + show.id() + "/publish", organizer, null).expect(200);
        return show;
    }

    Answer book(Person buyer, Show show, List<String> ticketIds) {
        return post("/v1/bookings", buyer, Map.of("eventId", show.id(), "ticketIds", ticketIds));
    }

    /** Books, has to get the seats, and returns the booking's identifier. */
    String hold(Person buyer, Show show, int... seats) {
        return book(buyer, show, show.tickets(seats)).expect(201).at("/bookingId");
    }

    Answer pay(Person buyer, String bookingId, String method) {
        return put("/v1/bookings/" + bookingId + "/confirm", buyer, Map.of("paymentMethod", method));
    }

    /** Of every seat as the read model has it: 0 available, 1 held, 2 sold. */
    int[] codes(Show show, int seats) {
        int[] codes = new int[seats];
        for (JsonNode ticket :
                get("/v1/events/" + show.id() + "/tickets").expect(200).json().path("tickets")) {
            int seat = Integer.parseInt(
                    ticket.path("ticketId").asString("").substring(show.id().length() + 1));
            codes[seat] = switch (ticket.path("status").asString("")) {
                case "AVAILABLE" -> 0;
                case "HELD" -> 1;
                case "SOLD" -> 2;
                default -> throw new AssertionError("an unknown status of " + ticket);
            };
        }
        return codes;
    }

    Answer booking(Person buyer, String bookingId) {
        return get("/v1/bookings/" + bookingId, buyer).expect(200);
    }

    /** available, held and sold of the whole event. */
    String counts(Show show) {
        JsonNode counts = get("/v1/events/" + show.id()).expect(200).json().path("availability");
        return counts.path("available").asInt() + " available, "
                + counts.path("held").asInt() + " held, "
                + counts.path("sold").asInt() + " sold";
    }

    /** AVAILABLE, HELD or SOLD, as everybody sees it. */
    String statusOf(Show show, int seat) {
        for (JsonNode ticket :
                get("/v1/events/" + show.id() + "/tickets").expect(200).json().path("tickets")) {
            if (ticket.path("ticketId").asString("").equals(show.ticket(seat))) {
                return ticket.path("status").asString("");
            }
        }
        throw new AssertionError("no ticket " + show.ticket(seat));
    }

    /** All tickets that this person has paid for, over all pages. */
    List<JsonNode> myTickets(Person buyer) {
        List<JsonNode> tickets = new java.util.ArrayList<>();
        String cursor = "";
        do {
            Answer page = get("/v1/tickets" + (cursor.isEmpty() ? "" : "?cursor=" + cursor), buyer)
                    .expect(200);
            page.json().path("tickets").forEach(tickets::add);
            cursor = page.at("/nextCursor");
        } while (!cursor.isEmpty());
        return tickets;
    }
}
