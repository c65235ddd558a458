package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import tools.jackson.databind.JsonNode;

/** The generated OpenAPI document says what the published contract says: no call less, and none that nobody agreed on. */
class ContractTest extends Platform {

    /** The contract's calls, with {} for every part of a path that is a name. */
    private static final Set<String> CALLS = lines("""
            POST /v1/users
            POST /v1/login
            POST /v1/login/refresh
            POST /v1/logout
            GET /v1/users/me
            PUT /v1/users/me
            DELETE /v1/users/me
            GET /v1/users/me/export
            PUT /v1/users/{}/roles
            POST /v1/venues
            PUT /v1/venues/{}
            GET /v1/venues/{}
            GET /v1/venues
            POST /v1/performers
            PUT /v1/performers/{}
            GET /v1/performers/{}
            POST /v1/events
            PUT /v1/events/{}
            POST /v1/events/{}/publish
            POST /v1/events/{}/cancel
            GET /v1/events/{}
            GET /v1/events/{}/tickets
            GET /v1/events/{}/seats
            GET /v1/events/{}/availability
            GET /v1/events/{}/seats/stream
            GET /v1/events/{}/seats/live
            GET /v1/events/search
            GET /v1/events/suggest
            POST /v1/bookings
            GET /v1/bookings/{}
            GET /v1/bookings
            DELETE /v1/bookings/{}
            PUT /v1/bookings/{}/confirm
            POST /v1/bookings/{}/refund
            GET /v1/tickets
            GET /v1/tickets/{}
            POST /v1/sandbox/payments/{}/complete
            GET /v1/projections
            POST /v1/projections/{}/replay
            GET /v1/projections/{}
            GET /v1/events/{}/history
            GET /v1/events/{}/sales
            """);

    /** What our own pages need and the contract lacks: see decision 0013. */
    private static final Set<String> MORE = lines("""
            GET /v1/users/me/events
            GET /v1/users/me/venues
            GET /v1/users/me/performers
            GET /v1/events/{}/timeline
            GET /v1/feed
            POST /v1/webhooks
            GET /v1/webhooks
            GET /v1/webhooks/{}
            DELETE /v1/webhooks/{}
            POST /v1/webhooks/{}/replay
            """);

    /** Agreed on, and not built yet. Whoever builds one moves its line up. */
    private static final Set<String> TO_COME = lines("""
            POST /v1/images
            PUT /v1/images/{}
            DELETE /v1/images/{}
            GET /v1/images/{}
            GET /v1/tickets/{}/qr
            GET /v1/tickets/{}/pdf
            POST /v1/tickets/{}/check-in
            POST /v1/payments/webhook
            PUT /v1/events/{}/waiting-room
            POST /v1/events/{}/waiting-room/entries
            GET /v1/events/{}/waiting-room
            GET /v1/events/{}/waiting-room/position
            """);

    private static Set<String> lines(String text) {
        return text.strip().lines().collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void the_document_has_the_contracts_calls_and_few_others() {
        JsonNode document = client.get("/v3/api-docs").expect(200).json();
        assertThat(document.path("openapi").asString("")).startsWith("3.1.");
        assertThat(document.at("/info/title").asString("")).isNotBlank();
        assertThat(document.at("/info/version").asString("")).isNotBlank();
        Set<String> documented = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> documented.add(operation.getKey().toUpperCase(java.util.Locale.ROOT) + " "
                                + path.getKey().replaceAll("\\{[^}]*}", "{}"))));
        Set<String> expected = new TreeSet<>(CALLS);
        expected.addAll(MORE);
        assertThat(documented).containsExactlyInAnyOrderElementsOf(expected).doesNotContainAnyElementsOf(TO_COME);
    }

    @Test
    void every_call_says_how_it_succeeds_and_that_it_can_be_refused() {
        JsonNode document = client.get("/v3/api-docs").expect(200).json();
        Set<String> names = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    String call = operation.getKey() + " " + path.getKey();
                    JsonNode said = operation.getValue();
                    assertThat(names.add(said.path("operationId").asString("")))
                            .as("the id of " + call)
                            .isTrue();
                    for (String part : List.of("operationId", "summary", "description")) {
                        assertThat(said.path(part).asString(""))
                                .as(part + " of " + call)
                                .isNotBlank();
                    }
                    assertThat(said.path("tags")).as("tags of " + call).hasSize(1);
                    assertThat(said.path("tags").path(0).asString("")).doesNotContain("controller");
                    JsonNode responses = said.path("responses");
                    assertThat(successes(said)).as(call).isNotEmpty();
                    assertThat(responses.at("/default/$ref").asString(""))
                            .as(call)
                            .isEqualTo("#/components/responses/Problem");
                    Set<String> declared = new TreeSet<>();
                    said.path("parameters").forEach(parameter -> {
                        if (parameter.path("in").asString("").equals("path")) {
                            declared.add(parameter.path("name").asString(""));
                            assertThat(parameter.path("required").asBoolean(false))
                                    .as(call)
                                    .isTrue();
                        }
                    });
                    Set<String> inPath = java.util.regex.Pattern.compile("\\{([^}]*)}")
                            .matcher(path.getKey())
                            .results()
                            .map(found -> found.group(1))
                            .collect(Collectors.toCollection(TreeSet::new));
                    assertThat(declared).as(call).isEqualTo(inPath);
                }));
        assertThat(document.at("/components/responses/Problem/content").has("application/problem+json"))
                .isTrue();
    }

    /** Documented ways to succeed: 2xx, and the handshake's 101. */
    private static Set<Integer> successes(JsonNode operation) {
        return operation.path("responses").properties().stream()
                .map(java.util.Map.Entry::getKey)
                .filter(status -> status.matches("[12]\\d\\d"))
                .map(Integer::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    @Timeout(120)
    void every_call_answers_what_it_says() throws IOException, InterruptedException {
        Answers answers = new Answers(client.get("/v3/api-docs").expect(200).json());
        makeEveryCall(answers);
        Map<String, Set<Integer>> documented = new TreeMap<>();
        CALLS.forEach(call -> documented.put(call, successes(answers.operation(call))));
        assertThat(answers.seen).isEqualTo(documented);
        assertThat(answers.complaints).isEmpty();
    }

    /** An evening that needs every call there is, and each of its ways to succeed. */
    private void makeEveryCall(Answers answers) throws IOException, InterruptedException {
        Person admin = client.admin();
        Person organizer = client.newPerson("ORGANIZER");
        String email = "c" + UUID.randomUUID() + "@example.com";
        Map<String, String> credentials = Map.of("email", email, "password", "password1");
        answers.to(
                "POST /v1/users",
                client.post("/v1/users", null, Map.of("email", email, "password", "password1", "name", "Carl")));
        Answer login = answers.to("POST /v1/login", client.post("/v1/login", null, credentials));
        Person carl = client.login(email, "password1");
        answers.to(
                "POST /v1/login/refresh",
                client.post("/v1/login/refresh", null, Map.of("refreshToken", login.at("/refreshToken"))));
        answers.to("GET /v1/users/me", client.get("/v1/users/me", carl));
        answers.to("PUT /v1/users/me", client.put("/v1/users/me", carl, Map.of("name", "Karl")));
        answers.to(
                "PUT /v1/users/{}/roles",
                client.put("/v1/users/" + carl.userId() + "/roles", admin, Map.of("roles", List.of("CUSTOMER"))));

        Map<String, Object> hall = Map.of(
                "name", "Hall",
                "address", Map.of("line1", "1", "city", "Berlin", "country", "DE"),
                "location", Map.of("lat", 52.5, "lon", 13.4),
                "zone", "Europe/Berlin",
                "seatMap",
                        Map.of(
                                "sections",
                                List.of(
                                        Map.of(
                                                "name",
                                                "Stalls",
                                                "rows",
                                                List.of(
                                                        Map.of("label", "A", "seats", 10, "accessible", List.of("1")),
                                                        Map.of("label", "B", "seats", List.of("x", "y")))),
                                        Map.of("name", "Floor", "standing", 5))));
        Answer venue = answers.to("POST /v1/venues", client.post("/v1/venues", organizer, hall));
        String venueId = venue.at("/venueId");
        answers.to("PUT /v1/venues/{}", client.put("/v1/venues/" + venueId, organizer, hall));
        answers.to("GET /v1/venues/{}", client.get("/v1/venues/" + venueId));
        answers.to("GET /v1/venues", client.get("/v1/venues?near=52.5,13.4&radiusKm=5"));
        Map<String, String> band = Map.of("name", "Band", "description", "Loud.", "genre", "Rock");
        String performerId = answers.to("POST /v1/performers", client.post("/v1/performers", organizer, band))
                .at("/performerId");
        answers.to("PUT /v1/performers/{}", client.put("/v1/performers/" + performerId, organizer, band));
        answers.to("GET /v1/performers/{}", client.get("/v1/performers/" + performerId));
        Map<String, Object> evening = Client.event(venueId, Map.of("performerIds", List.of(performerId)));
        String eventId = answers.to("POST /v1/events", client.post("/v1/events", organizer, evening))
                .at("/eventId");
        String event = "/v1/events/" + eventId;
        answers.to("PUT /v1/events/{}", client.put(event, organizer, evening));
        answers.to("POST /v1/events/{}/publish", client.post(event + "/publish", organizer, null));
        answers.to("GET /v1/events/{}", client.get(event + "?include=tickets"));
        answers.to("GET /v1/events/{}/tickets", client.get(event + "/tickets?section=Stalls"));
        answers.to("GET /v1/events/{}/seats", client.get(event + "/seats"));
        answers.to("GET /v1/events/{}/availability", client.get(event + "/availability"));
        answers.to(
                "GET /v1/events/{}/availability",
                client.get(event + "/availability?at=" + java.time.Instant.now(), organizer));
        answers.to("GET /v1/events/search", client.get("/v1/events/search?near=52.5,13.4&keyword=Night"));
        answers.to("GET /v1/events/suggest", client.get("/v1/events/suggest?prefix=Th"));
        HttpResponse<InputStream> stream = Client.http()
                .send(
                        HttpRequest.newBuilder(client.address().resolve(event + "/seats/stream"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        stream.body().close();
        answers.to("GET /v1/events/{}/seats/stream", new Answer(stream.statusCode(), stream.headers(), new byte[0]));
        try (Watcher watcher = Watcher.of(client, new Client.Show(eventId, organizer))) {
            answers.saw("GET /v1/events/{}/seats/live", 101);
            await().until(() -> !watcher.frames().isEmpty());
        }

        Person buyer = client.newBuyer();
        Answer held = answers.to(
                "POST /v1/bookings",
                client.post("/v1/bookings", buyer, Map.of("eventId", eventId, "ticketIds", List.of(eventId + "-0"))));
        String booking = "/v1/bookings/" + held.at("/bookingId");
        Answer waiting = answers.to(
                "PUT /v1/bookings/{}/confirm",
                client.put(booking + "/confirm", buyer, Map.of("paymentMethod", "pm_card_authenticationRequired")));
        answers.to(
                "POST /v1/sandbox/payments/{}/complete",
                client.post("/v1/sandbox/payments/" + waiting.at("/payment/paymentId") + "/complete", buyer, null));
        answers.to(
                "PUT /v1/bookings/{}/confirm",
                client.put(booking + "/confirm", buyer, Map.of("paymentMethod", "pm_card_visa")));
        answers.to("GET /v1/bookings/{}", client.get(booking, buyer));
        answers.to("GET /v1/bookings", client.get("/v1/bookings?limit=1", buyer));
        answers.to("GET /v1/tickets", client.get("/v1/tickets", buyer));
        answers.to("GET /v1/tickets/{}", client.get("/v1/tickets/" + eventId + "-0", buyer));
        answers.to("POST /v1/bookings/{}/refund", client.post(booking + "/refund", organizer, null));
        String second = client.hold(buyer, new Client.Show(eventId, organizer), 1);
        answers.to("DELETE /v1/bookings/{}", client.delete("/v1/bookings/" + second, buyer));
        Person analyst = client.newPerson("ANALYST");
        answers.to("GET /v1/events/{}/history", client.get(event + "/history?ticketId=" + eventId + "-0", analyst));
        answers.to("GET /v1/events/{}/sales", client.get(event + "/sales?bucket=hour", analyst));
        answers.to("GET /v1/projections", client.get("/v1/projections", analyst));
        answers.to(
                "POST /v1/projections/{}/replay",
                client.post("/v1/projections/booking-view/replay", analyst, Map.of()));
        answers.to("GET /v1/projections/{}", client.get("/v1/projections/booking-view", analyst));
        answers.to("POST /v1/events/{}/cancel", client.post(event + "/cancel", organizer, null));
        answers.to("GET /v1/users/me/export", client.get("/v1/users/me/export", buyer));
        answers.to("POST /v1/logout", client.post("/v1/logout", buyer, null));
        // A change of roles took the earlier token back.
        answers.to("DELETE /v1/users/me", client.delete("/v1/users/me", client.login(email, "password1")));
    }

    /** What the program really answered, held against what it says that it answers. */
    private static final class Answers {

        private final JsonNode document;
        private final Map<String, Set<Integer>> seen = new TreeMap<>();
        private final List<String> complaints = new ArrayList<>();

        Answers(JsonNode document) {
            this.document = document;
        }

        JsonNode operation(String call) {
            String method = call.substring(0, call.indexOf(' '));
            String path = call.substring(call.indexOf(' ') + 1);
            return document.path("paths").properties().stream()
                    .filter(one -> one.getKey().replaceAll("\\{[^}]*}", "{}").equals(path))
                    .map(one -> one.getValue().path(method.toLowerCase(java.util.Locale.ROOT)))
                    .findFirst()
                    .orElseThrow();
        }

        void saw(String call, int status) {
            seen.computeIfAbsent(call, _ -> new TreeSet<>()).add(status);
        }

        Answer to(String call, Answer answer) {
            saw(call, answer.status());
            JsonNode said = operation(call).path("responses").path(Integer.toString(answer.status()));
            String type = answer.header("Content-Type").replaceAll(";.*", "");
            if (said.path("headers").has("Location")
                    == answer.header("Location").isEmpty()) {
                complaints.add(call + ": Location");
            }
            if (type.isEmpty() != said.path("content").isEmpty()
                    || (!type.isEmpty() && !said.path("content").has(type))) {
                complaints.add(call + ": gives " + type + " and says " + said.path("content"));
            } else if (type.equals("application/json")) {
                compare(call, said.path("content").path(type).path("schema"), answer.json());
            }
            return answer;
        }

        private void compare(String where, JsonNode schema, JsonNode value) {
            String reference = schema.path("$ref").asString("");
            if (!reference.isEmpty()) {
                compare(where, document.at(reference.substring(1)), value);
                return;
            }
            if (schema.has("oneOf")) {
                return; // told in words
            }
            String type = schema.path("type").asString("");
            boolean fits = switch (type) {
                case "object" -> value.isObject();
                case "array" -> value.isArray();
                case "string" -> value.isString();
                case "integer" -> value.isIntegralNumber();
                case "number" -> value.isNumber();
                case "boolean" -> value.isBoolean();
                default -> false;
            };
            if (!fits) {
                complaints.add(where + ": says " + schema + " and gives " + value);
            } else if (value.isArray()) {
                value.forEach(item -> compare(where + "[]", schema.path("items"), item));
            } else if (value.isObject() && schema.has("properties")) {
                schema.path("required").forEach(field -> {
                    if (!value.has(field.asString())) {
                        complaints.add(where + ": lacks " + field);
                    }
                });
                value.properties().forEach(field -> {
                    JsonNode said = schema.path("properties").path(field.getKey());
                    if (said.isMissingNode()) {
                        complaints.add(where + ": " + field.getKey() + " is not documented");
                    } else {
                        compare(where + "/" + field.getKey(), said, field.getValue());
                    }
                });
            } else if (schema.has("enum")) {
                boolean known = false;
                for (JsonNode one : schema.path("enum")) {
                    known |= one.equals(value);
                }
                if (!known) {
                    complaints.add(where + ": gives " + value);
                }
            }
        }
    }

    @Test
    void every_reference_leads_somewhere() {
        JsonNode document = client.get("/v3/api-docs").expect(200).json();
        Set<String> references = new TreeSet<>();
        for (JsonNode reference : document.findValues("$ref")) {
            references.add(reference.asString());
        }
        assertThat(references).isNotEmpty().allSatisfy(reference -> {
            assertThat(reference).startsWith("#/");
            assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse();
        });
    }
}
