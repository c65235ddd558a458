package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.TicketingApplication;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;

/** Each role by itself, two of those that share work, around a real Axon Server. */
@EnabledIfEnvironmentVariable(
        named = "AXON_SERVER",
        matches = ".+",
        disabledReason = "Skipped: no Axon Server is named; AXON_SERVER=host:8124 runs these tests on it.")
@Timeout(300)
@SuppressWarnings("NullAway.Init")
class RolesOnAxonServerTest {

    private static final List<ConfigurableApplicationContext> RUNNING = new ArrayList<>();
    private static final SpanCollector COLLECTOR = new SpanCollector();

    private static final int SEATS = 30;

    private static EmbeddedPostgres postgres;
    private static ConfigurableApplicationContext firstDecider;
    private static ConfigurableApplicationContext secondDecider;
    private static ConfigurableApplicationContext firstFollower;
    private static ConfigurableApplicationContext edge;
    private static Client here;
    private static Client there;

    @BeforeAll
    static void start() throws Exception {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("max_connections", "200")
                .start();
        firstDecider = run("command");
        secondDecider = run("command");
        firstFollower = run("projection");
        run("projection");
        run("query");
        edge = run("edge");
        here = client(edge);
        there = client(run("query,edge"));
    }

    private static Client client(ConfigurableApplicationContext process) {
        return new Client(
                URI.create("http://127.0.0.1:" + process.getEnvironment().getProperty("local.server.port")));
    }

    private static ConfigurableApplicationContext run(String roles) {
        ConfigurableApplicationContext process = new SpringApplicationBuilder(TicketingApplication.class)
                .properties(Map.copyOf(COLLECTOR.settings()))
                .run(
                        "--spring.profiles.active=axon-server",
                        "--axon.server=" + System.getenv("AXON_SERVER"),
                        "--ticketing.roles=" + roles,
                        "--server.port=0",
                        "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                        "--spring.datasource.username=postgres",
                        "--spring.datasource.hikari.maximum-pool-size=12",
                        "--ticketing.demo=false",
                        "--ticketing.rate.limits=false",
                        "--" + Client.CHEAP_PASSWORDS,
                        "--ticketing.admin.email=" + Client.ADMIN_EMAIL,
                        "--ticketing.admin.password=" + Client.ADMIN_PASSWORD);
        RUNNING.add(process);
        return process;
    }

    @AfterAll
    static void stop() throws Exception {
        RUNNING.reversed().forEach(ConfigurableApplicationContext::close);
        postgres.close();
        COLLECTOR.close();
    }

    private static Set<String> modules(ConfigurableApplicationContext process) {
        Set<String> modules = new HashSet<>();
        for (String bean : process.getBeanDefinitionNames()) {
            Class<?> type = process.getType(bean);
            if (type != null && type.getName().matches("ticketing\\.(command|query|projections)\\.[a-z]+\\..*")) {
                modules.add(type.getPackageName().substring("ticketing.".length()));
            }
        }
        return modules;
    }

    /** From the edge to the process that decides, and with the events to the one that fills the read models. */
    private static void assertThatTheTraceGoesThroughAllOfThem() {
        await().untilAsserted(() -> assertThat(COLLECTOR.traceOf("http post /v1/bookings"))
                .contains(
                        "CommandBus.handleCommand ReserveBooking",
                        "StreamingEventProcessor.process BookingReserved",
                        "StreamingEventProcessor.process TicketReserved"));
    }

    @Test
    void an_evening_is_sold_over_processes_that_are_one_thing_each() {
        assertThat(modules(firstDecider))
                .contains("command.booking", "command.payment")
                .noneMatch(name -> name.startsWith("query") || name.startsWith("projections."));
        assertThat(modules(edge))
                .contains("projections.seatfeed")
                .doesNotContain("command.booking", "projections.seatview", "query.show");

        RUNNING.forEach(
                process -> client(process).get("/actuator/health/readiness").expect(200));
        assertThat(client(firstDecider).get("/actuator/prometheus").expect(200).text())
                .as("what more deciders are asked for by")
                .containsPattern("(?m)^ticketing_commands_waiting[{ ]");

        Person organizer = here.newPerson("ORGANIZER");
        Person anna = here.newBuyer();
        Person ben = there.newBuyer();
        Show show = here.newShow(organizer, here.newVenue(organizer, 2, 10, 10), Map.of("holdSeconds", 5));

        try (Watcher first = Watcher.of(here, show);
                Watcher second = Watcher.of(there, show)) {
            await().until(() -> !first.frames().isEmpty() && !second.frames().isEmpty());

            String annas = here.hold(anna, show, 4, 5);
            assertThat(there.booking(anna, annas).at("/status")).isEqualTo("RESERVED");
            assertThatTheTraceGoesThroughAllOfThem();
            Answer refused = there.book(ben, show, show.tickets(5, 6));
            assertThat(refused.problem()).isEqualTo("409 seat-taken");
            assertThat(refused.json().path("ticketIds").toString()).isEqualTo("[\"" + show.ticket(5) + "\"]");
            assertThat(there.pay(anna, annas, "pm_card_chargeDeclined").problem())
                    .isEqualTo("402 payment-declined");
            Answer paid = here.pay(anna, annas, "pm_card_visa").expect(200);
            assertThat(paid.at("/payment/status")).isEqualTo("CAPTURED");
            assertThat(there.statusOf(show, 4)).isEqualTo("SOLD");

            String bens = there.hold(ben, show, 7);
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> Stream.of(first, second).forEach(watcher -> {
                        assertThat(watcher.storyOf(4)).endsWith(2);
                        assertThat(watcher.storyOf(7)).contains(1);
                    }));
            // His five seconds run out by themselves, on whichever node fires, and both edges tell it.
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> Stream.of(first, second)
                            .forEach(watcher -> assertThat(watcher.storyOf(7)).endsWith(0)));
            assertThat(here.booking(ben, bens).at("/status")).isEqualTo("EXPIRED");
            await().untilAsserted(() -> {
                int[] truth = here.codes(show, SEATS);
                Stream.of(first, second)
                        .forEach(watcher -> assertThat(watcher.codes()).isEqualTo(truth));
            });
        }

        assertThat(Stream.of(firstDecider, secondDecider)
                        .map(process ->
                                client(process).get("/actuator/prometheus").text()))
                .as("of one hold it is told that it was bought, and of one that it ended")
                .anyMatch(told -> told.contains("ticketing_hold_age_seconds_count{end=\"confirmed\"} 1"))
                .anyMatch(told -> told.contains("ticketing_hold_age_seconds_count{end=\"expired\"} 1"));

        // One of the two that decide leaves, and one of the two that follow; the others have all shows and all read
        // models.
        secondDecider.close();
        firstFollower.close();
        String later = here.hold(anna, show, 12);
        await().atMost(Duration.ofSeconds(15))
                .until(() -> there.statusOf(show, 12).equals("HELD"));
        assertThat(there.booking(anna, later).at("/status")).isEqualTo("RESERVED");

        here.post("/v1/events/" + show.id() + "/cancel", organizer, null).expect(200);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(here.booking(anna, later).at("/status")).isIn("RELEASED", "EXPIRED");
            assertThat(there.myTickets(anna)).isEmpty();
        });
        assertThat(JdbcClient.create(postgres.getPostgresDatabase())
                        .sql("SELECT kept_by FROM store.event_head")
                        .query(String.class)
                        .single())
                .isEqualTo("axon-server");
    }
}
