package ticketing.api.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class ProblemsTest extends EdgeTest {

    private static final String GOOD =
            "{\"name\":\"n\",\"seats\":1,\"kind\":\"CONCERT\",\"ticketIds\":[\"show-0\"],\"startsAt\":\"2030-01-01T00:00:00Z\"}";

    private static String[] organizer = {};

    @BeforeEach
    void log_in() {
        if (organizer.length == 0) {
            organizer = somebodyWith("ORGANIZER").bearer();
        }
    }

    private Answer create(String body) {
        return post("/v1/events", body, organizer);
    }

    @Test
    void a_good_body_is_taken() {
        assertThat(create(GOOD).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"seats\":1        | \"seats\":1,\"status\":\"SOLD\" | status       | is not a known field",
                "\"seats\":1        | \"seats\":\"1\"                 | seats        | must be a whole number",
                "\"seats\":1        | \"seats\":1.5                   | seats        | must be a whole number",
                "\"seats\":1        | \"seats\":null                  | seats        | must be a whole number",
                "\"seats\":1        | \"seats\":99999999999           | seats        | is out of range",
                "\"name\":\"n\"     | \"name\":5                      | name         | must be a text",
                "\"name\":\"n\"     | \"name\":[]                     | name         | must be a text",
                "\"name\":\"n\"     | \"name\":\"a\\u0000b\"          | name         | has a character that cannot be kept",
                "\"name\":\"n\"     | \"name\":\"\\ud800\"            | name         | has a character that cannot be kept",
                "\"CONCERT\"        | \"OPERA\"                       | kind         | must be one of CONCERT, SPORTS",
                "\"CONCERT\"        | 0                               | kind         | must be one of CONCERT, SPORTS",
                "\"show-0\"         | \"show\"                        | ticketIds[0] | not the identifier of a ticket",
                "\"show-0\"         | \"show-0\",{}                   | ticketIds[1] | ",
                "\"2030-01-01T00:00:00Z\" | \"tomorrow\"              | startsAt     | must be an instant such as 2026-01-31T19:30:00Z",
            })
    void a_field_that_cannot_be_is_named(
            String good, String bad, String field, @org.jspecify.annotations.Nullable String message) {
        Answer answer = create(GOOD.replace(good, bad));
        assertThat(answer.problem()).isEqualTo("400 validation-failed");
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo(field);
        if (message != null) {
            assertThat(answer.json().at("/errors/0/message").asString()).isEqualTo(message);
        }
        assertThat(answer.text()).doesNotContain("ticketing.").doesNotContain("java");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"{", "``", "nonsense", "{\"name\":\"n\",\"name\":\"m\"}", "{} {}", "null"})
    void what_is_not_json_is_told_so(String body) {
        assertThat(create(body).problem()).isIn("400 malformed-json", "400 validation-failed");
    }

    @Test
    void ten_thousand_elements_are_no_problem_and_a_thousand_brackets_are_one() {
        String ids =
                IntStream.range(0, 10_000).mapToObj(i -> "\"show-" + i + "\"").collect(Collectors.joining(","));
        assertThat(create(GOOD.replace("\"show-0\"", ids)).status()).isEqualTo(200);
        assertThat(create(GOOD.replace("\"show-0\"", "[".repeat(1_000))).problem())
                .isIn("400 malformed-json", "400 validation-failed");
    }

    @Test
    void a_body_over_a_megabyte_is_refused_with_and_without_a_length() {
        byte[] large = GOOD.replace("\"n\"", "\"" + "x".repeat(3 << 20) + "\"").getBytes(StandardCharsets.UTF_8);
        assertThat(send(request("/v1/events")
                                .headers(organizer)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArray(large)))
                        .problem())
                .isEqualTo("413 body-too-large");
        byte[] many = GOOD.replace("\"show-0\"", "\"show-0\"" + ",\"show-0\"".repeat(200_000))
                .getBytes(StandardCharsets.UTF_8);
        assertThat(send(request("/v1/events")
                                .headers(organizer)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(many))))
                        .problem())
                .isEqualTo("413 body-too-large");
        assertThat(send(request("/v1/venues/v")
                                .headers(organizer)
                                .header("Content-Type", "application/octet-stream")
                                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[1 << 20]))))
                        .text())
                .isEqualTo("1048576");
    }

    @ParameterizedTest
    @CsvSource({
        "bug, 500 internal-error",
        "io, 500 internal-error",
        "remote, 422 too-many-tickets",
        "wrapped, 409 not-on-sale",
        "timeout, 504 outcome-unknown",
        "unhandled, 503 unavailable",
        "57014, 503 unavailable",
        "55P03, 503 unavailable",
        "40001, 503 unavailable",
        "40P01, 503 unavailable",
        "problem, 410 hold-expired"
    })
    void whatever_is_thrown_has_its_code(String kind, String expected) {
        Answer answer = get("/v1/events/faults/" + kind);
        assertThat(answer.problem()).isEqualTo(expected);
        assertThat(answer.text()).doesNotContain("secret").doesNotContain("Exception");
    }

    @Test
    void problems_carry_their_fields() {
        assertThat(get("/v1/events/faults/bug").json().get("reference").asString())
                .hasSize(36);
        assertThat(get("/v1/events/faults/remote").json().get("limit").asInt()).isEqualTo(8);
        assertThat(get("/v1/events/faults/wrapped").json().get("onSaleAt").asString())
                .isEqualTo("2030-01-01T00:00:00Z");
        assertThat(get("/v1/events/faults/problem").json().get("bookingId").asString())
                .isEqualTo("b1");
    }

    @Test
    void paths_methods_and_media_types_have_their_codes() {
        assertThat(get("/v1/events/a/b/c/d").problem()).isEqualTo("404 not-found");
        assertThat(get("/v1/events/not%20an%20id").problem()).isEqualTo("404 event-not-found");
        assertThat(get("/v1/venues").problem()).isEqualTo("400 validation-failed");
        assertThat(get("/v1/venues?page=x").json().at("/errors/0").toString())
                .isEqualTo("{\"field\":\"page\",\"message\":\"must be a whole number\"}");
        Answer notAllowed = delete("/v1/events", organizer);
        assertThat(notAllowed.problem()).isEqualTo("405 method-not-allowed");
        assertThat(notAllowed.header("Allow")).contains("POST");
        assertThat(get("/v1/events/e", "Accept", "image/png").problem()).isEqualTo("406 not-acceptable");
        assertThat(send(request("/v1/events")
                                .headers(organizer)
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString(GOOD)))
                        .problem())
                .isEqualTo("415 unsupported-media-type");
        assertThat(get("/v1/events/nul/x").problem()).isEqualTo("400 validation-failed");
    }

    @Test
    void only_json_is_taken_and_given() {
        for (String type : new String[] {"application/yaml", "application/xml", "application/cbor", "nonsense"}) {
            Answer answer = send(request("/v1/events")
                    .headers(organizer)
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString(GOOD)));
            assertThat(answer.problem()).isEqualTo("415 unsupported-media-type");
            assertThat(answer.text()).doesNotContain("yaml");
        }
        assertThat(get("/v1/events/e", "Accept", "application/yaml").problem()).isEqualTo("406 not-acceptable");
        Answer nonsense = get("/v1/events/e", "Accept", "foo");
        assertThat(nonsense.problem()).isEqualTo("406 not-acceptable");
        assertThat(nonsense.json().get("detail").asString())
                .isEqualTo("The Accept header is not a list of media types.");
    }

    @Test
    void where_no_body_belongs_nothing_can_be_said() {
        String[] admin = admin().bearer();
        assertThat(withBody("", "application/x-www-form-urlencoded", admin).status())
                .isEqualTo(200);
        assertThat(withBody("{}", "application/json", admin).status()).isEqualTo(200);
        assertThat(withBody(" \n", "application/json", admin).status()).isEqualTo(200);
        Answer said = withBody("{\"amount\":\"1.00\"}", "application/json", admin);
        assertThat(said.problem()).isEqualTo("400 validation-failed");
        assertThat(said.json().at("/errors/0/field").asString()).isEqualTo("amount");
        assertThat(withBody("null", "application/json", admin).problem()).isEqualTo("400 malformed-json");
        assertThat(withBody("{", "application/json", admin).problem()).isEqualTo("400 malformed-json");
        assertThat(withBody("[]", "application/json", admin).problem()).startsWith("400 ");
        assertThat(withBody("amount=1", "application/x-www-form-urlencoded", admin)
                        .problem())
                .isEqualTo("415 unsupported-media-type");
        assertThat(send(request("/v1/venues/v")
                                .headers(admin)
                                .method(
                                        "DELETE",
                                        BodyPublishers.ofInputStream(
                                                () -> new ByteArrayInputStream(new byte[3 << 20]))))
                        .problem())
                .isEqualTo("413 body-too-large");
    }

    private Answer withBody(String body, String type, String... who) {
        return send(request("/v1/venues/v")
                .headers(who)
                .header("Content-Type", type)
                .method("DELETE", BodyPublishers.ofString(body)));
    }

    @Test
    void what_the_container_or_the_firewall_refuses_is_a_problem_document_too() throws IOException {
        assertThat(raw("GET /v1/events/a;b=c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("HTTP/1.1 400", "malformed-request");
        assertThat(raw("GET /v1/<events> HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("HTTP/1.1 400", "application/problem+json", "malformed-request")
                .doesNotContain("Tomcat");
        assertThat(raw("nonsense\r\n\r\n")).contains("HTTP/1.1 400", "malformed-request");
        assertThat(raw("GET /v1/events/x HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n"))
                .contains("HTTP/1.1 400", "malformed-request");
        assertThat(raw("TRACE /v1/events/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("application/problem+json")
                .doesNotContain("Tomcat");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/events/e?x=100%",
                "/v1/events/e?x=%zz",
                "/v1/events/e?x=K%F6ln",
                "/v1/events/e?x=%FF",
                "/v1/events/e?%FF=x",
                "/v1/events/e/availability?at=%FF",
                "/v1/venues?page=%FF",
                "/v1/bookings?x=%FF",
                "/v1/users/me?x=%FF",
                "/v3/api-docs?x=%FF",
                "/assets/app.js?x=%FF",
                "/actuator/health?x=%FF",
                "/problems?x=%FF",
                "/?x=%FF",
                "/nothing?x=%FF"
            })
    void parameters_that_cannot_be_read_are_refused_on_every_path(String path) {
        List<String> errors = errorsDuring(() -> {
            String answer = raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(answer)
                    .startsWith("HTTP/1.1 400")
                    .contains("application/problem+json", "\"code\":\"malformed-request\"");
        });
        assertThat(errors).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%zz", "a=%FF", "%"})
    void a_form_that_cannot_be_read_is_refused_before_it_is_known_who_sends_it(String form) {
        List<String> errors = errorsDuring(() -> {
            for (String path : List.of("/v1/events", "/v1/login", "/v1/bookings", "/nothing")) {
                assertThat(send(request(path)
                                        .header("Content-Type", "application/x-www-form-urlencoded")
                                        .POST(BodyPublishers.ofString(form)))
                                .problem())
                        .as(path)
                        .isEqualTo("400 malformed-request");
            }
        });
        assertThat(errors).isEmpty();
    }

    @Test
    void a_form_that_can_be_read_is_still_of_the_wrong_type() {
        assertThat(send(request("/v1/events")
                                .headers(organizer)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString("a=K%C3%B6ln")))
                        .problem())
                .isEqualTo("415 unsupported-media-type");
        assertThat(get("/v1/venues?page=1&x=100%25&y=K%C3%B6ln&z=&+").status()).isEqualTo(200);
    }

    /** What is logged at ERROR, by anybody, while this is done. */
    private static List<String> errorsDuring(ThrowingCallable work) {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        try {
            assertThatCode(work).doesNotThrowAnyException();
        } finally {
            root.detachAppender(log);
        }
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void every_code_can_be_looked_up() {
        var all = get("/problems").json().get("problems");
        assertThat(all.size()).isGreaterThan(30);
        assertThat(get("/problems/already-checked-in").json().get("reserved").asBoolean())
                .isTrue();
        assertThat(get("/problems/seat-taken").json().get("reserved").asBoolean())
                .isFalse();
        all.forEach(problem ->
                assertThat(get(problem.get("type").asString()).json()).isEqualTo(problem));
        assertThat(get("/problems/nothing").problem()).isEqualTo("404 not-found");
        assertThat(get("/error", organizer).problem()).isEqualTo("404 not-found");
    }
}
