package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What somebody sees of the program who runs it: its meters, its traces at a collector that speaks OTLP, its log for machines. */
@DirtiesContext // it logs into a file, which the others need not
@TestPropertySource(properties = {"logging.file.name=" + ObservabilityTest.LOG, "logging.structured.format.file=ecs"})
class ObservabilityTest extends Platform {

    static final String LOG = "target/observability-test.log";

    private static final Queue<Told> SPANS = new ConcurrentLinkedQueue<>();
    private static final HttpServer COLLECTOR = collector();

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private Tracer tracer;

    /** A span as it came over the wire. */
    private record Told(String traceId, String spanId, String parentId, String name) {}

    @DynamicPropertySource
    static void watched(DynamicPropertyRegistry registry) {
        registry.add(
                "management.opentelemetry.tracing.export.otlp.endpoint",
                () -> "http://127.0.0.1:" + COLLECTOR.getAddress().getPort() + "/v1/traces");
        registry.add("management.opentelemetry.tracing.export.schedule-delay", () -> "100ms");
        registry.add("management.tracing.sampling.probability", () -> "1");
    }

    @AfterAll
    static void stop() throws IOException {
        COLLECTOR.stop(0);
        Files.deleteIfExists(Path.of(LOG));
    }

    @Test
    void a_booking_is_one_trace_from_the_request_through_its_command_to_the_read_model() {
        Person organizer = client.newPerson("ORGANIZER");
        Show show = client.newShow(organizer, client.newVenue(organizer, 1, 4, 4), Map.of());
        Person buyer = client.newBuyer();
        client.hold(buyer, show, 0);
        await().untilAsserted(() -> {
            Told request = SPANS.stream()
                    .filter(span -> span.name().equals("http post /v1/bookings"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no request in " + SPANS));
            List<Told> trace = SPANS.stream()
                    .filter(span -> span.traceId().equals(request.traceId()))
                    .toList();
            assertThat(trace.stream().map(Told::name))
                    .contains(
                            "CommandBus.handleCommand ReserveBooking",
                            "StreamingEventProcessor.process BookingReserved",
                            "StreamingEventProcessor.process TicketReserved");
            // All hang together: everybody's parent is in the trace, but for the request, which has none.
            assertThat(trace.stream().map(Told::parentId).filter(id -> !id.isEmpty()))
                    .hasSize(trace.size() - 1)
                    .isSubsetOf(trace.stream().map(Told::spanId).toList());
        });
    }

    @Test
    void what_is_sold_and_refused_and_how_far_everything_is_can_be_read_by_prometheus() {
        Person organizer = client.newPerson("ORGANIZER");
        Show show = client.newShow(organizer, client.newVenue(organizer, 1, 4, 4), Map.of());
        Person buyer = client.newBuyer();
        double refused = meter("ticketing_refusals_total{reason=\"seat-taken\"}");
        double bought = meter("ticketing_hold_age_seconds_count{end=\"confirmed\"}");
        String booking = client.hold(buyer, show, 0);
        assertThat(client.book(client.newBuyer(), show, show.tickets(0)).status())
                .isEqualTo(409);
        client.pay(buyer, booking, "pm_card_visa").expect(200);

        assertThat(meter("ticketing_refusals_total{reason=\"seat-taken\"}")).isEqualTo(refused + 1);
        assertThat(meter("ticketing_hold_age_seconds_count{end=\"confirmed\"}")).isEqualTo(bought + 1);
        assertThat(meter("ticketing_commands_seconds_count{command=\"reserve-booking\",outcome=\"done\"}"))
                .isPositive();
        assertThat(meter("ticketing_commands_seconds_count{command=\"reserve-booking\",outcome=\"refused\"}"))
                .isPositive();
        assertThat(meter("ticketing_commit_batch_count")).isPositive();
        assertThat(meter("ticketing_commit_queue")).isGreaterThanOrEqualTo(0);
        assertThat(meter("ticketing_projection_lag{projection=\"seat-view\"}")).isGreaterThanOrEqualTo(0);
        assertThat(meter("ticketing_deadlines_late_seconds")).isGreaterThanOrEqualTo(0);
        assertThat(meter("ticketing_nodes")).isEqualTo(1);
        assertThat(client.get("/actuator/prometheus").text())
                .contains("http_server_requests_seconds_count{")
                .contains("uri=\"/v1/bookings\"");
        assertThat(meter("ticketing_feed_clients")).isZero();
        try (Watcher watcher = Watcher.of(client, show)) {
            await().until(() -> !watcher.frames().isEmpty());
            assertThat(meter("ticketing_feed_clients")).isEqualTo(1);
        }
    }

    @Test
    void whatever_is_drawn_alarmed_and_scaled_by_is_measured() throws IOException {
        Person organizer = client.newPerson("ORGANIZER");
        Show show = client.newShow(organizer, client.newVenue(organizer, 1, 4, 4), Map.of());
        Person buyer = client.newBuyer();
        client.pay(buyer, client.hold(buyer, show, 0), "pm_card_visa").expect(200);
        assertThat(client.book(buyer, show, show.tickets(0)).status()).isEqualTo(409);
        String told = client.get("/actuator/prometheus").text();
        Set<String> asked = new TreeSet<>();
        for (String file :
                List.of("grafana/dashboards/ticketing.json", "kubernetes/autoscaling.yaml", "prometheus/alerts.yml")) {
            Matcher names = Pattern.compile("ticketing_\\w+").matcher(Files.readString(Path.of("../deploy", file)));
            names.results().map(MatchResult::group).forEach(asked::add);
        }
        // Only around an Axon Server do commands wait in a line of ours.
        assertThat(asked.remove("ticketing_commands_waiting")).isTrue();
        assertThat(asked)
                .hasSizeGreaterThan(10)
                .allSatisfy(name -> assertThat(told).containsPattern("(?m)^" + name + "[{ ]"));
    }

    @Test
    void the_log_for_machines_names_the_trace() {
        Span span = tracer.nextSpan().name("test").start();
        try (Tracer.SpanInScope _ = tracer.withSpan(span)) {
            LoggerFactory.getLogger("ticketing.test").info("something has happened");
        } finally {
            span.end();
        }
        await().untilAsserted(() -> assertThat(lines())
                .filteredOn(line -> line.path("message").asString("").equals("something has happened"))
                .singleElement()
                .satisfies(line ->
                        assertThat(line.toString()).contains(span.context().traceId())));
    }

    private static List<JsonNode> lines() throws IOException {
        return Files.readAllLines(Path.of(LOG)).stream()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
    }

    /** The value of the meter with exactly this name and these labels; 0 if there is none yet. */
    private double meter(String name) {
        String all = client.get("/actuator/prometheus").expect(200).text();
        return Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$")
                .matcher(all)
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .findFirst()
                .orElse(0);
    }

    private static HttpServer collector() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/v1/traces", exchange -> {
                // ExportTraceServiceRequest.resource_spans.scope_spans.spans
                within(
                        exchange.getRequestBody().readAllBytes(),
                        1,
                        resource -> within(resource, 2, scope -> within(scope, 2, ObservabilityTest::take)));
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void take(byte[] span) {
        Map<Integer, byte[]> fields = new HashMap<>();
        fields(span, fields::putIfAbsent);
        SPANS.add(new Told(
                hex(fields, 1),
                hex(fields, 2),
                hex(fields, 4),
                new String(fields.getOrDefault(5, new byte[0]), StandardCharsets.UTF_8)));
    }

    private static String hex(Map<Integer, byte[]> fields, int field) {
        return HexFormat.of().formatHex(fields.getOrDefault(field, new byte[0]));
    }

    private interface Part {
        void take(byte[] message);
    }

    private static void within(byte[] message, int field, Part part) {
        fields(message, (number, bytes) -> {
            if (number == field) {
                part.take(bytes);
            }
        });
    }

    /** The fields of a Protocol Buffers message that have a length; the others are passed over. */
    private static void fields(byte[] message, BiConsumer<Integer, byte[]> each) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            long key = varint(in);
            switch ((int) (key & 7)) {
                case 0 -> varint(in);
                case 1 -> in.getLong();
                case 5 -> in.getInt();
                default -> {
                    byte[] bytes = new byte[(int) varint(in)];
                    in.get(bytes);
                    each.accept((int) (key >> 3), bytes);
                }
            }
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = in.get();
            value |= (long) (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }
}
