package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;

/**
 * Whatever is malformed, unknown, foreign, too large, too late or said twice gets a problem document, never a fault of ours, and changes nothing: neither in
 * the event store nor among the accounts nor at the bank.
 */
class BadInputTest extends Platform {

    private static final Person NOBODY = new Person("", "");
    private static final int LIMIT = 4;

    /** With U+0000, which databases do not keep. */
    private static final String NUL = "a\u0000b";

    private static @Nullable World made;

    private static @Nullable JsonNode document;

    @SuppressWarnings("NullAway.Init")
    private World world;

    /** What there is to be misused; made once. */
    private record World(
            Person organizer,
            Person rival,
            Person anna,
            Person ben,
            String venueId,
            String performerId,
            Show show,
            Show other,
            Show draft,
            Show later,
            Show cancelled,
            String annasHold,
            String annasSale,
            String expired,
            String released) {}

    private record Row(String what, String expected, Supplier<Answer> call) {}

    private final List<Row> rows = new ArrayList<>();

    @BeforeEach
    void world() {
        if (made == null) {
            made = newWorld();
        }
        world = made;
    }

    private World newWorld() {
        Person organizer = client.newPerson("ORGANIZER");
        Person rival = client.newPerson("ORGANIZER");
        Person anna = client.newBuyer();
        Person ben = client.newBuyer();
        String venue = client.newVenue(organizer, 2, 10, 10);
        String performer = client.post("/v1/performers", organizer, Map.of("name", "Band"))
                .expect(201)
                .at("/performerId");
        Show show = client.newShow(organizer, venue, Map.of("maxTicketsPerBooking", LIMIT, "holdSeconds", 3600));
        Show other = client.newShow(organizer, venue, Map.of("holdSeconds", 1));
        Show draft = client.newDraft(organizer, venue, Map.of());
        Show later = client.newShow(
                organizer,
                venue,
                Map.of("onSaleAt", Instant.now().plus(30, ChronoUnit.DAYS).toString()));
        Show cancelled = client.newShow(organizer, venue, Map.of());
        client.post("/v1/events/" + cancelled.id() + "/cancel", organizer, null).expect(200);
        String hold = client.hold(anna, show, 0);
        String sale = client.hold(anna, show, 1);
        client.pay(anna, sale, "pm_card_visa").expect(200);
        String released = client.hold(anna, show, 2);
        client.delete("/v1/bookings/" + released, anna).expect(204);
        String expired = client.hold(anna, other, 3);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> client.booking(anna, expired).at("/status").equals("EXPIRED"));
        return new World(
                organizer, rival, anna, ben, venue, performer, show, other, draft, later, cancelled, hold, sale,
                expired, released);
    }

    /** Everything that a refused request could have changed. */
    private String state() {
        // Holds of other tests may run out meanwhile, and nothing else happens by itself.
        return jdbc.sql("""
                        SELECT (SELECT count(*) FROM store.domain_event WHERE payload_type NOT LIKE '%Expired') || ' events, '
                          || (SELECT count(*) FROM store.sandbox_payment) || ' payments, '
                          || (SELECT count(*) FROM store.deadline WHERE name <> 'hold-ends') || ' deadlines, '
                          || (SELECT md5(string_agg(user_id || roles::text || version, ',' ORDER BY user_id)) FROM account.person) || ' people, '
                        """).query(String.class).single()
                + client.counts(world.show())
                + client.counts(world.other())
                + client.counts(world.later());
    }

    private Stream<DynamicTest> tests() {
        return rows.stream()
                .map(row -> DynamicTest.dynamicTest(row.what() + " → " + row.expected(), () -> {
                    String before = state();
                    assertThat(row.call().get().problem()).startsWith(row.expected());
                    assertThat(state()).isEqualTo(before);
                }));
    }

    private void row(String what, String expected, Supplier<Answer> call) {
        rows.add(new Row(what, expected, call));
    }

    private Answer call(String method, String path, Person as, @Nullable Object body, String... headers) {
        Answer answer = client.send(method, path, as.equals(NOBODY) ? null : as.token(), body, headers);
        checkDocumented(method, path, answer);
        return answer;
    }

    /** Of a call that there is, the document says each refusal with its code. */
    private void checkDocumented(String method, String path, Answer answer) {
        if (document == null) {
            document = client.get("/v3/api-docs").expect(200).json();
        }
        String bare = path.replaceAll("\\?.*", "");
        Set<JsonNode> calls = document.path("paths").properties().stream()
                .filter(one -> bare.matches(one.getKey().replaceAll("\\{[^}]*}", "[^/]+")))
                .sorted(Comparator.comparing(one -> one.getKey().contains("{")))
                .map(one -> one.getValue().path(method.toLowerCase(Locale.ROOT)))
                .limit(1)
                .collect(Collectors.toSet());
        for (JsonNode call : calls) {
            if (!call.isMissingNode()) {
                assertThat(call.path("responses")
                                .path(Integer.toString(answer.status()))
                                .path("description")
                                .asString(""))
                        .as(method + " " + path + " answers " + answer)
                        .contains("`" + answer.at("/code") + "`");
            }
        }
    }

    private void row(String expected, String method, String path, Person as, @Nullable Object body) {
        String shown = body == null ? "" : " " + (body instanceof byte[] ? "(bytes)" : body);
        String what = (method + " " + path + shown).replace("\u0000", "\\0");
        row(what.length() > 160 ? what.substring(0, 160) + "…" : what, expected, () -> call(method, path, as, body));
    }

    /** A map that may hold what Map.of refuses. */
    private static Map<String, @Nullable Object> with(Map<String, Object> map, String name, @Nullable Object value) {
        Map<String, @Nullable Object> copy = new HashMap<>(map);
        copy.put(name, value);
        return copy;
    }

    private void book(String expected, Show show, Object ticketIds) {
        row(expected, "POST", "/v1/bookings", world.ben(), Map.of("eventId", show.id(), "ticketIds", ticketIds));
    }

    private void best(String expected, Show show, String wish) {
        row(
                expected,
                "POST",
                "/v1/bookings",
                world.ben(),
                "{\"eventId\":\"" + show.id() + "\",\"bestAvailable\":" + wish + "}");
    }

    @TestFactory
    Stream<DynamicTest> bookings() {
        Show show = world.show();
        Person ben = world.ben();
        String path = "/v1/bookings";
        row("404 event-not-found", "POST", path, ben, Map.of("eventId", "nosuch", "ticketIds", List.of("nosuch-0")));
        row("404 event-not-found", "POST", path, ben, Map.of("eventId", "no such!", "ticketIds", List.of("x-0")));
        row(
                "404 event-not-found",
                "POST",
                path,
                ben,
                Map.of("eventId", "a".repeat(100_000), "ticketIds", List.of("x")));
        row("404 event-not-found", "POST", path, ben, Map.of("eventId", "🎫", "ticketIds", List.of("🎫-0")));
        row("400 validation-failed", "POST", path, ben, Map.of("eventId", NUL, "ticketIds", List.of("x-0")));
        row("404 event-not-found", "POST", path, ben, Map.of("eventId", show.id() + "-b", "ticketIds", List.of("x-0")));
        row("404 event-not-found", "POST", path, ben, Map.of("eventId", "", "ticketIds", List.of("x-0")));
        row(
                "404 event-not-found",
                "POST",
                path,
                ben,
                Map.of("eventId", "nosuch", "bestAvailable", Map.of("quantity", 1)));
        // An event's identifier that is somebody else's stream.
        row("404 event-not-found", "POST", path, ben, Map.of("eventId", world.venueId(), "ticketIds", List.of("x-0")));
        row("400 validation-failed", "POST", path, ben, Map.of("ticketIds", show.tickets(5)));
        row("400 validation-failed", "POST", path, ben, Map.of("eventId", 5, "ticketIds", show.tickets(5)));

        book("404 ticket-not-found", show, show.tickets(30));
        book("404 ticket-not-found", show, show.tickets(5, 9_999_999));
        book("404 ticket-not-found", show, List.of(show.id() + "-99999999999"));
        book("404 ticket-not-found", show, List.of(show.id() + "--1"));
        book("404 ticket-not-found", show, List.of(show.id() + "-05"));
        book("404 ticket-not-found", show, List.of(show.id() + "-٣"));
        book("404 ticket-not-found", show, List.of("x".repeat(10_000)));
        book("400 validation-failed", show, List.of(NUL));
        book("404 ticket-not-found", show, List.of(world.annasHold()));
        book("404 ticket-not-found", show, world.other().tickets(5));
        book("404 ticket-not-found", show, List.of(show.ticket(5), world.other().ticket(6)));
        book("404 ticket-not-found", world.other(), show.tickets(0));
        book("400 validation-failed", show, Collections.singletonList(null));
        book("400 validation-failed", show, Arrays.asList(show.ticket(5), null));
        row("what cannot be a ticket is named", "404 ticket-not-found", () -> {
            Answer answer = client.book(ben, show, List.of(show.ticket(5), show.id() + "-040", "x".repeat(10_000)));
            assertThat(answer.at("/ticketIds/0")).isEqualTo(show.id() + "-040");
            assertThat(answer.at("/ticketIds/1")).hasSizeLessThan(200);
            assertThat(answer.json().path("ticketIds")).hasSize(2);
            return answer;
        });
        book("400 validation-failed", show, List.of());
        book("400 validation-failed", show, show.tickets(5, 5));
        book("400 validation-failed", show, List.of(5));
        book("400 validation-failed", show, show.ticket(5));
        book("400 validation-failed", show, List.of(List.of(show.ticket(5))));
        book("400 validation-failed", show, Map.of("0", show.ticket(5)));

        book("409 seat-taken", show, show.tickets(0));
        book("409 seat-taken", show, show.tickets(5, 1));
        row("a taken seat is named", "409 seat-taken", () -> {
            Answer answer = client.book(ben, show, show.tickets(5, 1, 0));
            assertThat(answer.json().path("ticketIds")).hasSize(2);
            return answer;
        });
        book("422 too-many-tickets", show, show.tickets(5, 6, 7, 8, 9));
        book(
                "422 too-many-tickets",
                show,
                IntStream.range(0, 10_000).mapToObj(show::ticket).toList());
        book("422 too-many-tickets", show, Collections.nCopies(10_000, show.ticket(5)));
        best("422 too-many-tickets", show, "{\"quantity\":5}");
        best("422 too-many-tickets", show, "{\"quantity\":2147483647}");
        book("409 not-on-sale", world.later(), world.later().tickets(5));
        best("409 not-on-sale", world.later(), "{\"quantity\":1}");
        book("409 not-on-sale", world.cancelled(), world.cancelled().tickets(5));
        best("409 not-on-sale", world.cancelled(), "{\"quantity\":1}");
        book("404 event-not-found", world.draft(), world.draft().tickets(5));
        book(
                "404 event-not-found",
                world.draft(),
                IntStream.range(0, 90).mapToObj(world.draft()::ticket).toList());
        best("404 event-not-found", world.draft(), "{\"quantity\":1}");
        best("404 event-not-found", world.draft(), "{\"quantity\":90}");
        best("422 too-many-tickets", world.later(), "{\"quantity\":90}");
        best("422 too-many-tickets", world.cancelled(), "{\"quantity\":90}");

        best("400 validation-failed", show, "{}");
        best("400 validation-failed", show, "{\"quantity\":0}");
        best("400 validation-failed", show, "{\"quantity\":-1}");
        best("400 validation-failed", show, "{\"quantity\":null}");
        best("400 validation-failed", show, "{\"quantity\":1.5}");
        best("400 validation-failed", show, "{\"quantity\":\"2\"}");
        best("400 validation-failed", show, "{\"quantity\":99999999999999}");
        best("400 validation-failed", show, "{\"quantity\":1,\"seat\":\"A1\"}");
        best("400 validation-failed", show, "{\"quantity\":1,\"maxPrice\":-1}");
        best("400 validation-failed", show, "{\"quantity\":1,\"maxPrice\":1e999999999}");
        best("409 seat-taken", show, "{\"quantity\":1,\"maxPrice\":1e-999999999}");
        best("400 validation-failed", show, "{\"quantity\":1,\"maxPrice\":\"cheap\"}");
        best("400 malformed-json", show, "{\"quantity\":1,\"maxPrice\":NaN}");
        best("409 seat-taken", show, "{\"quantity\":1,\"maxPrice\":0.01}");
        best("400 validation-failed", show, "{\"quantity\":1,\"section\":\"Balcony\"}");
        best("400 validation-failed", show, "{\"quantity\":1,\"section\":\"a\\u0000b\"}");
        best("400 validation-failed", show, "{\"quantity\":1,\"section\":\"" + "x".repeat(10_000) + "\"}");
        best("400 validation-failed", show, "{\"quantity\":1,\"section\":7}");
        best("400 validation-failed", show, "{\"quantity\":1,\"accessible\":\"yes\"}");
        best("400 validation-failed", show, "[]");
        best("400 validation-failed", show, "7");

        Map<String, Object> good = Map.of("eventId", show.id(), "ticketIds", show.tickets(5));
        row("400 validation-failed", "POST", path, ben, Map.of("eventId", show.id()));
        row("400 validation-failed", "POST", path, ben, with(good, "bestAvailable", Map.of("quantity", 1)));
        row("400 validation-failed", "POST", path, ben, with(good, "status", "CONFIRMED"));
        row("400 validation-failed", "POST", path, ben, with(good, "price", Client.price("0.01")));
        row("400 validation-failed", "POST", path, ben, with(good, "total", Client.price("0.01")));
        row(
                "400 validation-failed",
                "POST",
                path,
                ben,
                with(good, "buyerId", world.anna().userId()));
        row("400 validation-failed", "POST", path, ben, with(good, "bookingId", "x"));
        row("400", "POST", path, ben, "{");
        row("400", "POST", path, ben, "");
        row("400", "POST", path, ben, null);
        row("400", "POST", path, ben, "null");
        row("400", "POST", path, ben, "[]");
        row("400", "POST", path, ben, "\"text\"");
        row("400", "POST", path, ben, "eventId=1");
        row("400", "POST", path, ben, "{\"eventId\":\"a\",\"eventId\":\"b\",\"ticketIds\":[\"a-1\"]}");
        row("400", "POST", path, ben, "{\"ticketIds\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}");
        row("400", "POST", path, ben, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        row("400", "POST", path, ben, "{\"eventId\":\"\ud800\"".getBytes(StandardCharsets.UTF_16));
        row("413 body-too-large", "POST", path, ben, "{\"eventId\":\"" + "x".repeat(1 << 20) + "\"}");
        row("413 body-too-large", "POST", path, ben, " ".repeat(3 << 20));
        row(
                "POST a form",
                "415 unsupported-media-type",
                () -> call("POST", path, ben, "eventId=1", "Content-Type", "application/x-www-form-urlencoded"));
        row(
                "POST a text",
                "415 unsupported-media-type",
                () -> call("POST", path, ben, "{}", "Content-Type", "text/plain"));
        row("an empty key", "400", () -> call("POST", path, ben, good, "Idempotency-Key", " "));
        row("a long key", "400", () -> call("POST", path, ben, good, "Idempotency-Key", "k".repeat(256)));

        row("401 unauthenticated", "POST", path, NOBODY, good);
        row("403 forbidden", "POST", path, world.organizer(), good);
        row("405 method-not-allowed", "PUT", path, ben, good);
        row("405 method-not-allowed", "DELETE", path, ben, null);
        return tests();
    }

    @TestFactory
    Stream<DynamicTest> what_is_not_mine_or_too_late() {
        Person anna = world.anna();
        Person ben = world.ben();
        Map<String, String> visa = Map.of("paymentMethod", "pm_card_visa");
        String hold = "/v1/bookings/" + world.annasHold();
        for (String id : List.of(
                world.annasHold(),
                world.show().id() + "-bnobody",
                "nosuch-b1",
                "nosuch",
                "-b",
                "%F0%9F%8E%AB",
                "a".repeat(3_000),
                world.show().id(),
                world.show().ticket(0))) {
            row("404 booking-not-found", "GET", "/v1/bookings/" + id, ben, null);
            row("404 booking-not-found", "DELETE", "/v1/bookings/" + id, ben, null);
            row("404 booking-not-found", "PUT", "/v1/bookings/" + id + "/confirm", ben, visa);
        }
        row("400 malformed-request", "GET", "/v1/bookings/%00", ben, null);
        row("401 unauthenticated", "GET", hold, NOBODY, null);
        row("401 unauthenticated", "PUT", hold + "/confirm", NOBODY, visa);
        row("401 unauthenticated", "DELETE", hold, NOBODY, null);

        row("400 validation-failed", "PUT", hold + "/confirm", anna, Map.of());
        row("400 validation-failed", "PUT", hold + "/confirm", anna, Map.of("paymentMethod", ""));
        row("400 validation-failed", "PUT", hold + "/confirm", anna, "{\"paymentMethod\":null}");
        row("400 validation-failed", "PUT", hold + "/confirm", anna, Map.of("paymentMethod", 7));
        row("400 validation-failed", "PUT", hold + "/confirm", anna, Map.of("paymentMethod", "pm_unknown"));
        row("400 validation-failed", "PUT", hold + "/confirm", anna, Map.of("paymentMethod", NUL));
        row("400 validation-failed", "PUT", hold + "/confirm", anna, Map.of("paymentMethod", "x".repeat(50_000)));
        row(
                "400 validation-failed",
                "PUT",
                hold + "/confirm",
                anna,
                Map.of("paymentMethod", "pm_card_visa", "amount", 1));
        row(
                "400 validation-failed",
                "PUT",
                hold + "/confirm",
                anna,
                Map.of("paymentMethod", "pm_card_visa", "status", "CONFIRMED"));
        row("400", "PUT", hold + "/confirm", anna, "{");
        row("400", "PUT", hold + "/confirm", anna, null);

        row("410 hold-expired", "PUT", "/v1/bookings/" + world.expired() + "/confirm", anna, visa);
        row("410 hold-expired", "DELETE", "/v1/bookings/" + world.expired(), anna, null);
        row("409 booking-closed", "PUT", "/v1/bookings/" + world.released() + "/confirm", anna, visa);
        row("409 booking-closed", "DELETE", "/v1/bookings/" + world.annasSale(), anna, null);

        row("403 forbidden", "POST", "/v1/bookings/" + world.annasSale() + "/refund", anna, null);
        row("404 booking-not-found", "POST", "/v1/bookings/" + world.annasSale() + "/refund", world.rival(), null);
        row("401 unauthenticated", "POST", "/v1/bookings/" + world.annasSale() + "/refund", NOBODY, null);
        row(
                "400 validation-failed",
                "POST",
                "/v1/bookings/" + world.annasSale() + "/refund",
                world.organizer(),
                Map.of("amount", "1.00"));
        row(
                "refund with a form",
                "415 unsupported-media-type",
                () -> call(
                        "POST",
                        "/v1/bookings/" + world.annasSale() + "/refund",
                        world.organizer(),
                        "amount=1.00",
                        "Content-Type",
                        "application/x-www-form-urlencoded"));
        row("409 booking-closed", "POST", hold + "/refund", world.organizer(), null);
        row("409 booking-closed", "POST", "/v1/bookings/" + world.expired() + "/refund", world.organizer(), null);
        row(
                "404 booking-not-found",
                "POST",
                "/v1/bookings/" + world.show().id() + "-bno/refund",
                world.organizer(),
                null);
        row("404 booking-not-found", "POST", "/v1/bookings/nosuch-b1/refund", world.organizer(), null);
        row("404 booking-not-found", "POST", "/v1/bookings/nosuch-b1/refund", client.admin(), null);

        row("404 payment-not-found", "POST", "/v1/sandbox/payments/nosuch/complete", anna, null);
        row("404 payment-not-found", "POST", "/v1/sandbox/payments/no%20such/complete", anna, null);
        row("400 malformed-request", "POST", "/v1/sandbox/payments/%00/complete", anna, null);
        row("404 payment-not-found", "POST", "/v1/sandbox/payments/" + world.annasSale() + ".p1/complete", ben, null);
        row("401 unauthenticated", "POST", "/v1/sandbox/payments/nosuch/complete", NOBODY, null);

        row("404 ticket-not-found", "GET", "/v1/tickets/" + world.show().ticket(1), ben, null);
        row("404 ticket-not-found", "GET", "/v1/tickets/" + world.show().ticket(0), anna, null);
        row("404 ticket-not-found", "GET", "/v1/tickets/no%20such", anna, null);
        row("a ticket that is not mine is named", "404 ticket-not-found", () -> {
            Answer answer = call("GET", "/v1/tickets/" + world.show().ticket(1), ben, null);
            assertThat(answer.at("/ticketIds/0")).isEqualTo(world.show().ticket(1));
            return answer;
        });
        for (String list : List.of("/v1/bookings", "/v1/tickets")) {
            row("400 validation-failed", "GET", list + "?limit=0", anna, null);
            row("400 validation-failed", "GET", list + "?limit=100000", anna, null);
            row("400 validation-failed", "GET", list + "?limit=some", anna, null);
            row("400 validation-failed", "GET", list + "?cursor=some", anna, null);
            row("400 validation-failed", "GET", list + "?cursor=-1", anna, null);
            row("400 validation-failed", "GET", list + "?cursor=99999999999999999999", anna, null);
            row("400 validation-failed", "GET", list + "?cursor=%00", anna, null);
            row("401 unauthenticated", "GET", list, NOBODY, null);
        }
        return tests();
    }

    @TestFactory
    Stream<DynamicTest> forged_tokens() {
        String real = world.anna().token();
        String[] parts = real.split("\\.", -1);
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String admins = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(payload.replace("CUSTOMER", "ADMIN").getBytes(StandardCharsets.UTF_8));
        String unsigned = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        for (String token : List.of(
                "x",
                "a.b.c",
                real.substring(0, real.length() - 6) + "AAAAAA",
                parts[0] + "." + admins + "." + parts[2],
                unsigned + "." + admins + ".",
                parts[0] + "." + parts[1],
                "x".repeat(10_000))) {
            Person forger = new Person("", token);
            row("401 unauthenticated", "GET", "/v1/bookings", forger, null);
            row("401 unauthenticated", "POST", "/v1/bookings", forger, Map.of());
            row("401 unauthenticated", "POST", "/v1/venues", forger, Map.of());
        }
        row(
                "a scheme that is none",
                "401 unauthenticated",
                () -> call("GET", "/v1/bookings", NOBODY, null, "Authorization", "Basic YTpi"));
        return tests();
    }

    @TestFactory
    Stream<DynamicTest> events() {
        Person organizer = world.organizer();
        Map<String, Object> good = Client.event(world.venueId(), Map.of());
        String path = "/v1/events";
        Map<String, String> eur = Client.price("49.50");
        record Bad(String field, @Nullable Object value) {}
        List<Bad> invalid = new ArrayList<>();
        invalid.add(new Bad("name", null));
        invalid.add(new Bad("name", " "));
        invalid.add(new Bad("name", "x".repeat(201)));
        invalid.add(new Bad("name", NUL));
        invalid.add(new Bad("name", 7));
        invalid.add(new Bad("description", "x".repeat(10_001)));
        invalid.add(new Bad("description", NUL));
        invalid.add(new Bad("type", "OPERA"));
        invalid.add(new Bad("type", 0));
        invalid.add(new Bad("type", null));
        invalid.add(new Bad("venueId", null));
        invalid.add(new Bad("venueId", "no such"));
        invalid.add(new Bad("startsAt", null));
        invalid.add(new Bad("startsAt", "2020-01-01T00:00:00Z"));
        invalid.add(new Bad("startsAt", "tomorrow"));
        invalid.add(new Bad("startsAt", "2027-06-01"));
        invalid.add(new Bad("startsAt", "2027-06-01T18:00:00"));
        invalid.add(new Bad("startsAt", "+999999999-01-01T00:00:00Z"));
        invalid.add(new Bad("startsAt", "-999999999-01-01T00:00:00Z"));
        invalid.add(new Bad("startsAt", 1_900_000_000));
        invalid.add(new Bad("endsAt", "2020-01-01T00:00:00Z"));
        invalid.add(new Bad("endsAt", "+999999999-01-01T00:00:00Z"));
        invalid.add(new Bad("onSaleAt", "+999999999-01-01T00:00:00Z"));
        invalid.add(new Bad("onSaleAt", "-999999999-01-01T00:00:00Z"));
        invalid.add(new Bad("prices", null));
        invalid.add(new Bad("prices", Map.of()));
        invalid.add(new Bad("prices", List.of()));
        invalid.add(new Bad("prices", Map.of("Balcony", eur)));
        invalid.add(new Bad("prices", Map.of(NUL, eur)));
        invalid.add(new Bad("prices", Map.of("", eur)));
        invalid.add(new Bad("prices", Map.of("Stalls", eur, "Floor", Map.of("amount", "1.00", "currency", "USD"))));
        invalid.add(new Bad("prices", Collections.singletonMap("Stalls", null)));
        invalid.add(new Bad("prices", Map.of("Stalls", "49.50")));
        invalid.add(new Bad("prices", Map.of("Stalls", Map.of("amount", "1.00"))));
        invalid.add(new Bad("prices", Map.of("Stalls", Map.of("currency", "EUR"))));
        for (Object amount : List.of(
                "-1.00", "1.005", "NaN", "1e5", "", " 1", "٣", "10000000000", "9".repeat(5_000), 49.5, 1, true)) {
            invalid.add(new Bad("prices", Map.of("Stalls", Map.of("amount", amount, "currency", "EUR"))));
        }
        for (String currency : List.of("EURO", "eur", "", "ZZZ", "XXX", "XAU", "€")) {
            invalid.add(new Bad("prices", Map.of("Stalls", Map.of("amount", "1", "currency", currency))));
        }
        invalid.add(new Bad("prices", Map.of("Stalls", Client.price("9999999999"))));
        invalid.add(new Bad("prices", Map.of("Stalls", Client.price("1250000000"))));
        for (Object seconds : List.of(-1, 0, 3601, 2_147_483_648L, 1.5, "600", true)) {
            invalid.add(new Bad("holdSeconds", seconds));
        }
        for (Object most : List.of(-1, 0, 101, "8")) {
            invalid.add(new Bad("maxTicketsPerBooking", most));
        }
        invalid.add(new Bad("performerIds", List.of(world.performerId(), world.performerId())));
        invalid.add(new Bad("performerIds", Collections.singletonList(null)));
        invalid.add(new Bad("performerIds", List.of("no such")));
        invalid.add(new Bad("performerIds", Collections.nCopies(51, world.performerId())));
        invalid.add(new Bad("imageIds", List.of("../secret")));
        invalid.add(new Bad("imageIds", Collections.singletonList(null)));
        invalid.add(new Bad("status", "PUBLISHED"));
        invalid.add(new Bad("eventId", "mine"));
        invalid.add(new Bad("organizerId", world.rival().userId()));
        for (Bad bad : invalid) {
            row("400", "POST", path, organizer, with(good, bad.field(), bad.value()));
        }
        row("404 image-not-found", "POST", path, organizer, with(good, "imageIds", List.of("nosuch")));
        row("404 venue-not-found", "POST", path, organizer, with(good, "venueId", "nosuch"));
        row("404 performer-not-found", "POST", path, organizer, with(good, "performerIds", List.of("nosuch")));
        row("401 unauthenticated", "POST", path, NOBODY, good);
        row("403 forbidden", "POST", path, world.anna(), good);
        row("413 body-too-large", "POST", path, organizer, with(good, "description", "x".repeat(2 << 20)));

        String show = path + "/" + world.show().id();
        String cancelled = path + "/" + world.cancelled().id();
        row("409 event-not-editable", "PUT", cancelled, organizer, good);
        row("409 event-not-editable", "POST", cancelled + "/publish", organizer, null);
        row(
                "409 event-not-editable",
                "PUT",
                show,
                organizer,
                with(good, "prices", Map.of("Stalls", Client.price("1.00"))));
        row("400", "PUT", show, organizer, with(good, "startsAt", "2020-01-01T00:00:00Z"));
        row("400", "PUT", show, organizer, with(good, "status", "DRAFT"));
        for (String call : List.of("/publish", "/cancel")) {
            row("404 event-not-found", "POST", show + call, world.rival(), null);
            row("404 event-not-found", "POST", path + "/nosuch" + call, organizer, null);
            row("404 event-not-found", "POST", path + "/no%20such" + call, organizer, null);
            row("403 forbidden", "POST", show + call, world.anna(), null);
            row("401 unauthenticated", "POST", show + call, NOBODY, null);
            row("400 validation-failed", "POST", show + call, organizer, Map.of("at", "noon"));
            row("400 malformed-json", "POST", show + call, organizer, "{");
            row("413 body-too-large", "POST", show + call, organizer, "x".repeat(2 << 20));
        }
        row("404 event-not-found", "PUT", show, world.rival(), good);
        row("404 event-not-found", "PUT", path + "/nosuch", organizer, good);
        row("403 forbidden", "PUT", show, world.anna(), good);

        String draft = path + "/" + world.draft().id();
        for (String what : List.of("", "/tickets", "/seats", "/availability")) {
            row("404 event-not-found", "GET", path + "/nosuch" + what, NOBODY, null);
            row("400 malformed-request", "GET", path + "/%00" + what, NOBODY, null);
            row("404 event-not-found", "GET", path + "/%F0%9F%8E%AB" + what, NOBODY, null);
            row("404 event-not-found", "GET", path + "/" + "a".repeat(3_000) + what, NOBODY, null);
            row("404 event-not-found", "GET", draft + what, NOBODY, null);
            row("404 event-not-found", "GET", draft + what, world.rival(), null);
        }
        row("400", "GET", show + "?include=secrets", NOBODY, null);
        row("400", "GET", show + "/tickets?status=GONE", NOBODY, null);
        row("400 validation-failed", "GET", show + "/tickets?section=Balcony", NOBODY, null);
        row("400 validation-failed", "GET", show + "/tickets?section=", NOBODY, null);
        row("401 unauthenticated", "GET", show + "/availability?at=2026-01-01T00:00:00Z", NOBODY, null);
        row("403 forbidden", "GET", show + "/availability?at=2026-01-01T00:00:00Z", world.anna(), null);
        row("400", "GET", show + "/availability?at=yesterday", organizer, null);
        row("400", "GET", show + "/availability?at=1796085358", organizer, null);
        row("400", "GET", path + "/%2e%2e%2f%2e%2e", NOBODY, null);
        for (String wrong : List.of(
                "near=NaN,NaN",
                "near=91,0",
                "near=0,181",
                "near=52.5",
                "radiusKm=10",
                "near=52.5,13.4&radiusKm=0",
                "near=52.5,13.4&radiusKm=99999",
                "pageSize=0",
                "pageSize=101",
                "pageSize=ten",
                "page=-1",
                "page=100&pageSize=100",
                "page=1e3",
                "start=tomorrow",
                "start=2026-13-01",
                "end=2026-02-30",
                "start=2026-03-02&end=2026-02-01",
                "type=SEANCE",
                "sort=best",
                "sort=distance",
                "maxPrice=cheap",
                "maxPrice=-1",
                "onlyAvailable=maybe",
                "keyword=" + "x".repeat(10_000),
                "location=" + "x".repeat(201),
                "performer=" + "x".repeat(201))) {
            row("400 validation-failed", "GET", "/v1/events/search?" + wrong, NOBODY, null);
        }
        row("400", "GET", "/v1/events/suggest?prefix=" + "x".repeat(5_000), NOBODY, null);
        row("400", "GET", "/v1/events/suggest", NOBODY, null);
        for (String text : List.of(
                "/v1/events/search?keyword=a%00b",
                "/v1/events/search?location=a%00b",
                "/v1/events/search?performer=%1b",
                "/v1/events/suggest?prefix=a%00b",
                show + "/tickets?section=a%00b",
                show + "/tickets?section=" + "x".repeat(201))) {
            row("400 validation-failed", "GET", text, NOBODY, null);
        }
        for (String unreadable : List.of(
                "/v1/events/search?keyword=100%",
                "/v1/events/search?location=K%F6ln",
                "/v1/events/search?near=%FF",
                show + "/availability?at=%FF",
                show + "/seats?x=%FF",
                "/v1/bookings?cursor=%zz",
                "/v1/nothing?x=%FF",
                "/v3/api-docs?x=%FF",
                "/events/e/seats?x=%FF",
                "/docs?x=%FF",
                "/?x=%FF")) {
            row("GET " + unreadable, "400 malformed-request", () -> client.getUnchecked(unreadable));
        }
        row(
                "POST a form that cannot be read",
                "400 malformed-request",
                () -> call("POST", path, NOBODY, "a=%zz", "Content-Type", "application/x-www-form-urlencoded"));
        row("405 method-not-allowed", "DELETE", show, organizer, null);
        row("404 not-found", "GET", "/v1/nothing", world.anna(), null);
        row("404 event-not-found", "GET", show + "/availability?at=2026-01-01T00:00:00Z", world.rival(), null);
        return tests();
    }

    @TestFactory
    Stream<DynamicTest> odd_searches_are_harmless() throws IOException {
        return OddSearches.paths().stream()
                .map(path -> DynamicTest.dynamicTest(
                        path.length() > 160 ? path.substring(0, 160) + "…" : path,
                        () -> client.get(path).expect(200)));
    }

    @TestFactory
    Stream<DynamicTest> venues_and_performers() {
        Person organizer = world.organizer();
        Map<String, Object> good = Map.of(
                "name", "Hall",
                "address", Map.of("line1", "1", "city", "Berlin", "country", "DE"),
                "location", Map.of("lat", 52.5, "lon", 13.4),
                "zone", "Europe/Berlin",
                "seatMap", Map.of("sections", List.of(Map.of("name", "A", "standing", 5))));
        String path = "/v1/venues";
        for (String name : good.keySet()) {
            row("400", "POST", path, organizer, with(good, name, null));
            row("400", "POST", path, organizer, with(good, name, 7));
            row("400", "POST", path, organizer, with(good, name, Map.of()));
            row("400", "POST", path, organizer, with(good, name, List.of()));
        }
        row("400", "POST", path, organizer, with(good, "name", " "));
        row("400", "POST", path, organizer, with(good, "name", NUL));
        row("400", "POST", path, organizer, with(good, "name", "x".repeat(201)));
        row("400", "POST", path, organizer, with(good, "zone", "Mars/Olympus"));
        row("400", "POST", path, organizer, with(good, "zone", "x".repeat(10_000)));
        row("400", "POST", path, organizer, with(good, "venueId", "mine"));
        for (Object lat : List.of(91, -91, "north", "NaN", 1e300)) {
            row("400", "POST", path, organizer, with(good, "location", Map.of("lat", lat, "lon", 0)));
        }
        row("400", "POST", path, organizer, with(good, "location", Map.of("lat", 1)));
        row("400", "POST", path, organizer, with(good, "address", Map.of("line1", NUL, "city", "B", "country", "DE")));
        for (String sections : List.of(
                "[]",
                "[null]",
                "[7]",
                "[{}]",
                "[{\"name\":\"A\"}]",
                "[{\"standing\":5}]",
                "[{\"name\":null,\"standing\":5}]",
                "[{\"name\":\"\",\"standing\":5}]",
                "[{\"name\":\"a\\u0000b\",\"standing\":5}]",
                "[{\"name\":\"" + "x".repeat(1_000) + "\",\"standing\":5}]",
                "[{\"name\":\"A\",\"standing\":0}]",
                "[{\"name\":\"A\",\"standing\":-5}]",
                "[{\"name\":\"A\",\"standing\":200001}]",
                "[{\"name\":\"A\",\"standing\":99999999999}]",
                "[{\"name\":\"A\",\"standing\":1.5}]",
                "[{\"name\":\"A\",\"standing\":150000},{\"name\":\"B\",\"standing\":150000}]",
                "[{\"name\":\"A\",\"standing\":5},{\"name\":\"A\",\"standing\":5}]",
                "[{\"name\":\"A\",\"standing\":5,\"rows\":[{\"label\":\"1\",\"seats\":1}]}]",
                "[{\"name\":\"A\",\"rows\":[]}]",
                "[{\"name\":\"A\",\"rows\":[null]}]",
                "[{\"name\":\"A\",\"rows\":[{}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\"}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"seats\":1}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":0}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":-1}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":1.5}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":99999999999}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":\"7\"}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":null}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":{}}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":[]}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":[null]}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":[1]}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":[\"a\",\"a\"]}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":2,\"accessible\":[\"9\"]}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":2,\"accessible\":[null]}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":2,\"x\":1e300}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":2,\"x\":1e999999}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":2,\"price\":1}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"1\",\"seats\":2},{\"label\":\"1\",\"seats\":2}]}]",
                "[" + "{\"name\":\"A\",\"standing\":1},".repeat(1_001) + "{\"name\":\"B\",\"standing\":1}]")) {
            String body = "{\"name\":\"Hall\",\"address\":{\"line1\":\"1\",\"city\":\"Berlin\",\"country\":\"DE\"},"
                    + "\"location\":{\"lat\":52.5,\"lon\":13.4},\"zone\":\"Europe/Berlin\",\"seatMap\":{\"sections\":"
                    + sections + "}}";
            row(
                    "a seat map " + (sections.length() > 100 ? sections.substring(0, 100) + "…" : sections),
                    "400",
                    () -> call("POST", path, organizer, body));
        }
        row("401 unauthenticated", "POST", path, NOBODY, good);
        row("403 forbidden", "POST", path, world.anna(), good);
        row("404 venue-not-found", "PUT", path + "/" + world.venueId(), world.rival(), good);
        row("404 venue-not-found", "PUT", path + "/nosuch", organizer, good);
        row("404 venue-not-found", "GET", path + "/nosuch", NOBODY, null);
        row("400 malformed-request", "GET", path + "/%00", NOBODY, null);
        row("400", "GET", path, NOBODY, null);
        row("400", "GET", path + "?near=here", NOBODY, null);
        row("400", "GET", path + "?near=1,2&radiusKm=-1", NOBODY, null);

        String performers = "/v1/performers";
        row("400", "POST", performers, organizer, Map.of());
        row("400", "POST", performers, organizer, Map.of("name", ""));
        row("400", "POST", performers, organizer, Map.of("name", NUL));
        row("400", "POST", performers, organizer, Map.of("name", "x".repeat(201)));
        row("400", "POST", performers, organizer, Map.of("name", List.of("x")));
        row("400", "POST", performers, organizer, Map.of("name", "x", "description", NUL));
        row("400", "POST", performers, organizer, Map.of("name", "x", "genre", "x".repeat(101)));
        row("400", "POST", performers, organizer, Map.of("name", "x", "imageId", "../x"));
        row("404 image-not-found", "POST", performers, organizer, Map.of("name", "x", "imageId", "nosuch"));
        row("400", "POST", performers, organizer, Map.of("name", "x", "rating", 5));
        row("401 unauthenticated", "POST", performers, NOBODY, Map.of("name", "x"));
        row("403 forbidden", "POST", performers, world.anna(), Map.of("name", "x"));
        row(
                "404 performer-not-found",
                "PUT",
                performers + "/" + world.performerId(),
                world.rival(),
                Map.of("name", "x"));
        row("404 performer-not-found", "PUT", performers + "/nosuch", organizer, Map.of("name", "x"));
        row("404 performer-not-found", "GET", performers + "/nosuch", NOBODY, null);
        // A few bytes that ask for twenty million seats.
        String hugeRows = IntStream.range(0, 200)
                .mapToObj(row -> "{\"label\":\"" + row + "\",\"seats\":100000}")
                .collect(Collectors.joining(","));
        String hugeMap = "{\"sections\":[{\"name\":\"A\",\"rows\":[" + hugeRows + "]}]}";
        String hugeSections = IntStream.range(0, 100)
                .mapToObj(section -> "{\"name\":\"" + section + "\",\"rows\":[{\"label\":\"1\",\"seats\":100000},"
                        + "{\"label\":\"2\",\"seats\":100000}]}")
                .collect(Collectors.joining(","));
        for (String map : List.of(hugeMap, "{\"sections\":[" + hugeSections + "]}")) {
            String body = "{\"name\":\"Hall\",\"address\":{\"line1\":\"1\",\"city\":\"Berlin\",\"country\":\"DE\"},"
                    + "\"location\":{\"lat\":52.5,\"lon\":13.4},\"zone\":\"Europe/Berlin\",\"seatMap\":" + map + "}";
            row("400 validation-failed", "POST", path, organizer, body);
            row("400 validation-failed", "PUT", path + "/" + world.venueId(), organizer, body);
        }
        return tests();
    }

    @TestFactory
    Stream<DynamicTest> accounts() {
        Person admin = client.admin();
        Map<String, Object> good = Map.of("email", "new@example.com", "password", "password1", "name", "N");
        for (String name : good.keySet()) {
            row("400", "POST", "/v1/users", NOBODY, with(good, name, null));
            row("400", "POST", "/v1/users", NOBODY, with(good, name, ""));
            row("400", "POST", "/v1/users", NOBODY, with(good, name, 7));
            row("400", "POST", "/v1/users", NOBODY, with(good, name, List.of("x")));
            row("400", "POST", "/v1/users", NOBODY, with(good, name, "x".repeat(5_000)));
        }
        row("400", "POST", "/v1/users", NOBODY, with(good, "name", NUL));
        row("400", "POST", "/v1/users", NOBODY, with(good, "email", NUL + "@example.com"));
        row("400", "POST", "/v1/users", NOBODY, with(good, "email", "nobody"));
        row("400", "POST", "/v1/users", NOBODY, with(good, "roles", List.of("ADMIN")));
        row("409 email-taken", "POST", "/v1/users", NOBODY, with(good, "email", Client.ADMIN_EMAIL));
        row("409 email-taken", "POST", "/v1/users", NOBODY, with(good, "email", "ADMIN@EXAMPLE.COM"));
        row(
                "401 bad-credentials",
                "POST",
                "/v1/login",
                NOBODY,
                Map.of("email", "x@example.com", "password", "password1"));
        row(
                "401 bad-credentials",
                "POST",
                "/v1/login",
                NOBODY,
                Map.of("email", Client.ADMIN_EMAIL, "password", "wrong one"));
        row("400 validation-failed", "POST", "/v1/login", NOBODY, Map.of("email", NUL, "password", NUL));
        row(
                "401 bad-credentials",
                "POST",
                "/v1/login",
                NOBODY,
                Map.of("email", "x@example.com", "password", "x".repeat(100_000)));
        row("400", "POST", "/v1/login", NOBODY, Map.of());
        row("401 bad-credentials", "POST", "/v1/login/refresh", NOBODY, Map.of("refreshToken", "x"));
        row("400 validation-failed", "POST", "/v1/login/refresh", NOBODY, Map.of("refreshToken", NUL));
        row("401 bad-credentials", "POST", "/v1/login/refresh", NOBODY, Map.of("refreshToken", "🎫".repeat(1_000)));
        row("400", "POST", "/v1/login/refresh", NOBODY, Map.of());
        String roles = "/v1/users/" + world.anna().userId() + "/roles";
        row("400", "PUT", roles, admin, Map.of());
        row("400", "PUT", roles, admin, Map.of("roles", List.of()));
        row("400", "PUT", roles, admin, Map.of("roles", Collections.singletonList(null)));
        row("400", "PUT", roles, admin, Map.of("roles", List.of("KING")));
        row("400", "PUT", roles, admin, Map.of("roles", List.of(3)));
        row("400", "PUT", roles, admin, Map.of("roles", "ADMIN"));
        row("403 forbidden", "PUT", roles, world.anna(), Map.of("roles", List.of("ADMIN")));
        row("401 unauthenticated", "PUT", roles, NOBODY, Map.of("roles", List.of("ADMIN")));
        row("404 user-not-found", "PUT", "/v1/users/nosuch/roles", admin, Map.of("roles", List.of("ADMIN")));
        row("400 malformed-request", "PUT", "/v1/users/%00/roles", admin, Map.of("roles", List.of("ADMIN")));
        row("401 unauthenticated", "GET", "/v1/users/me", NOBODY, null);
        row("401 unauthenticated", "DELETE", "/v1/users/me", NOBODY, null);
        row("400", "PUT", "/v1/users/me", world.anna(), Map.of("roles", List.of("ADMIN")));
        row("400", "PUT", "/v1/users/me", world.anna(), Map.of("name", NUL));
        return tests();
    }
}
