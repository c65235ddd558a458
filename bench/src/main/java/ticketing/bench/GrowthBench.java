package ticketing.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.EventProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whether a store that has grown writes as fast as a young one: holds on the write side alone before and after {@value #EVENTS} events of other shows, each time beside the
 * plain UPDATE, which does not grow, so that a machine that has become slower meanwhile is seen.
 */
final class GrowthBench {

    private static final int EVENTS = 10_000_000;
    private static final int AT_ONCE = 500_000;
    private static final int ROUNDS = 5;
    private static final Duration FIRST = Duration.ofSeconds(15);
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final Duration MEASURED = Duration.ofSeconds(4);

    /** Shaped like what a booking leaves: a ticket's event and a booking's, whose name no two have in common. */
    private static final String GROW = """
            WITH model AS (
                SELECT * FROM store.domain_event WHERE payload_type IN ('ticket.TicketReserved', 'booking.BookingReserved')
                ORDER BY position DESC LIMIT 2),
            head AS (UPDATE store.event_head SET position = position + :n::int RETURNING position - :n::int AS position)
            INSERT INTO store.domain_event (position, aggregate_identifier, sequence_number, aggregate_type, event_identifier,
                payload_type, payload_revision, payload, meta_data, time_stamp)
            SELECT head.position + 2 * i + (m.aggregate_type = 'Booking')::int + 1,
                   'old' || (:from::int + i) / 25000 || '-' || CASE m.aggregate_type
                       WHEN 'Booking' THEN 'b' || substr(md5((:from::int + i)::text), 1, 24) ELSE ((:from::int + i) % 25000)::text END,
                   0, m.aggregate_type, gen_random_uuid()::text, m.payload_type, m.payload_revision, m.payload, m.meta_data, m.time_stamp
            FROM head, generate_series(0, :n::int / 2 - 1) AS i, model m
            """;

    private final ConfigurableApplicationContext program;
    private final GatewayBench gateway;
    private final Report report;

    GrowthBench(ConfigurableApplicationContext program, GatewayBench gateway, Report report) {
        this.program = program;
        this.gateway = gateway;
        this.report = report;
    }

    void run() throws InterruptedException {
        try (HikariDataSource growing = CompareBench.database(program, "growth");
                HikariDataSource plains = CompareBench.database(program, "plain");
                Contender plain = new PlainUpdate(plains, CompareBench.SEATS);
                Contender ours = gateway.contender("ours")) {
            JdbcClient jdbc = JdbcClient.create(growing);
            // Nobody is to follow ten million events of shows that are not there.
            program.getBean(EventProcessingConfiguration.class)
                    .eventProcessors()
                    .values()
                    .forEach(EventProcessor::shutDown);
            report.begins("getting warm");
            CompareBench.hold(plain, FIRST, SETTLE);
            CompareBench.hold(ours, FIRST, SETTLE);
            double before = measure("holds in a young store", plain, ours);
            report.begins("growing by " + EVENTS + " events");
            long begun = System.nanoTime();
            for (int from = 0; from < EVENTS; from += AT_ONCE) {
                int grown = jdbc.sql(GROW)
                        .param("n", AT_ONCE)
                        .param("from", from / 2)
                        .update();
                Inconsistent.unless(grown == AT_ONCE, "grown by " + grown);
            }
            long stored = jdbc.sql("SELECT count(*) FROM store.domain_event")
                    .query(Long.class)
                    .single();
            Inconsistent.unless(stored >= EVENTS, "only " + stored + " events are stored");
            report.once("growing", Duration.ofNanos(System.nanoTime() - begun), stored + " events in the store");
            double after = measure("holds in a store of " + stored + " events", plain, ours);
            report.fact(
                    "grown, against young",
                    String.format(Locale.ROOT, "%.0f %%", 100 * after / before),
                    "of the rate, each taken beside the plain UPDATE of the same minutes");
        }
    }

    /** @return how many times as fast as the plain UPDATE, the median of rounds in turn */
    private double measure(String what, Contender plain, Contender ours) throws InterruptedException {
        List<Load.Outcome> plains = new ArrayList<>();
        List<Load.Outcome> holds = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            report.begins(what + ", round " + round + " of " + ROUNDS);
            plains.add(CompareBench.hold(plain, SETTLE, MEASURED));
            holds.add(CompareBench.hold(ours, SETTLE, MEASURED));
        }
        double first =
                Report.median(plains.stream().map(Load.Outcome::perSecond).toList());
        report.compared(what, holds, "holds/s", first);
        return Report.median(holds.stream().map(Load.Outcome::perSecond).toList()) / first;
    }
}
