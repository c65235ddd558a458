package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

    private static final SpanCollector COLLECTOR = new SpanCollector();

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private Tracer tracer;

    @DynamicPropertySource
    static void watched(DynamicPropertyRegistry registry) {
        COLLECTOR.settings().forEach((name, value) -> registry.add(name, () -> value));
    }

    @AfterAll
    static void stop() throws IOException {
        COLLECTOR.close();
        Files.deleteIfExists(Path.of(LOG));
    }

    @Test
    void a_booking_is_one_trace_from_the_request_through_its_command_to_the_read_model() {
        Person organizer = client.newPerson("ORGANIZER");
        Show show = client.newShow(organizer, client.newVenue(organizer, 1, 4, 4), Map.of());
        Person buyer = client.newBuyer();
        client.hold(buyer, show, 0);
        await().untilAsserted(() -> assertThat(COLLECTOR.traceOf("http post /v1/bookings"))
                .contains(
                        "CommandBus.handleCommand ReserveBooking",
                        "StreamingEventProcessor.process BookingReserved",
                        "StreamingEventProcessor.process TicketReserved"));
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
}
