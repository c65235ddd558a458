package ticketing.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.EventProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;
import ticketing.projections.history.Ledger;
import ticketing.projections.history.Sales;
import ticketing.projections.history.ShowHistory;
import ticketing.projections.replay.Replay;
import ticketing.projections.replay.Replays;

/**
 * How fast read models are built anew from a large store, and whether that takes more memory the larger it is. The store has shows of 50,000 seats, sold out in pairs: of
 * eight events four are of tickets and four of their booking, and a show is first held and then paid, so that few events of a seat are near each other.
 */
final class ReplayBench {

    /** Of the system property {@code bench.events}. */
    private static final int EVENTS = Integer.getInteger("bench.events", 1_000_000);

    private static final int BOOKINGS_A_SHOW = 25_000;
    private static final int EVENTS_A_SHOW = 8 * BOOKINGS_A_SHOW + 1;

    private static final String SHOW = """
            WITH head AS (UPDATE store.event_head SET position = position + :events::int RETURNING position - :events::int AS position),
            booking AS (SELECT :show::text AS show, j, :show::text || '-b' || md5(:show::text || j) AS id, :show::text || '-' || 2 * j AS a, :show::text || '-' || 2 * j + 1 AS b
                        FROM generate_series(0, :bookings::int - 1) AS j),
            event (place, id, sequence, kind, type, payload) AS (
                SELECT 1::bigint, :show::text, 0, 'Show', 'show.ShowPublished', json_build_object('showId', :show::text, 'venueId', 'v', 'seatMapVersion', 1,
                    'publishedAt', '2026-01-01T00:00:00Z', 'sections', json_build_array(json_build_object('name', 'A', 'firstSeat', 0,
                    'seats', :bookings::int, 'price', json_build_object('amount', '50.00', 'currency', 'EUR')), json_build_object('name', 'B', 'firstSeat',
                    :bookings::int, 'seats', :bookings::int, 'price', json_build_object('amount', '30.00', 'currency', 'EUR'))))::text
                UNION ALL SELECT 2 + 3 * j + s, CASE s WHEN 0 THEN a ELSE b END, 0, 'Ticket', 'ticket.TicketReserved',
                    format('{"ticketId":"%s","bookingId":"%s","price":{"amount":"50.00","currency":"EUR"},"expiresAt":"2026-01-01T00:10:00.123456Z"}',
                        CASE s WHEN 0 THEN a ELSE b END, id) FROM booking, generate_series(0, 1) s
                UNION ALL SELECT 4 + 3 * j, id, 0, 'Booking', 'booking.BookingReserved',
                    format('{"bookingId":"%s","buyerId":"u%s","tickets":[{"ticketId":"%s","section":"A","price":{"amount":"50.00","currency":"EUR"}},{"ticketId":"%s","section":"A","price":{"amount":"50.00","currency":"EUR"}}],"total":{"amount":"100.00","currency":"EUR"},"reservedAt":"2026-01-01T00:00:00.123456Z","expiresAt":"2026-01-01T00:10:00.123456Z"}',
                        id, j, a, b) FROM booking
                UNION ALL SELECT 2 + 3 * :bookings::int + 5 * j, id, 1, 'Booking', 'booking.PaymentStarted',
                    format('{"bookingId":"%s","paymentId":"%s.p1","paymentMethod":"pm_card_visa","amount":{"amount":"100.00","currency":"EUR"},"startedAt":"2026-01-01T00:01:00Z","holdUntil":"2026-01-01T00:10:00.123456Z"}',
                        id, id) FROM booking
                UNION ALL SELECT 3 + 3 * :bookings::int + 5 * j + s, CASE s WHEN 0 THEN a ELSE b END, 1, 'Ticket', 'ticket.TicketConfirmed',
                    format('{"ticketId":"%s","bookingId":"%s","price":{"amount":"50.00","currency":"EUR"}}', CASE s WHEN 0 THEN a ELSE b END, id)
                    FROM booking, generate_series(0, 1) s
                UNION ALL SELECT 5 + 3 * :bookings::int + 5 * j, id, 2, 'Booking', 'booking.BookingConfirmed',
                    format('{"bookingId":"%s","paymentId":"%s.p1","confirmedAt":"2026-01-01T00:01:01Z"}', id, id) FROM booking
                UNION ALL SELECT 6 + 3 * :bookings::int + 5 * j, id, 3, 'Booking', 'booking.PaymentCaptured',
                    format('{"bookingId":"%s","paymentId":"%s.p1","amount":{"amount":"100.00","currency":"EUR"}}', id, id) FROM booking)
            INSERT INTO store.domain_event (position, aggregate_identifier, sequence_number, aggregate_type, event_identifier,
                payload_type, payload_revision, payload, meta_data, time_stamp)
            SELECT head.position + place, id, sequence, kind, md5(id || sequence), type, '1', convert_to(payload, 'UTF8'),
                   convert_to('{"traceId":"00000000-0000-0000-0000-000000000000","correlationId":"00000000-0000-0000-0000-000000000000"}', 'UTF8'),
                   timestamptz '2026-01-01' + place * interval '1 millisecond'
            FROM head, event ORDER BY place
            """;

    private final ConfigurableApplicationContext program;
    private final Report report;

    ReplayBench(ConfigurableApplicationContext program, Report report) {
        this.program = program;
        this.report = report;
    }

    void run() throws InterruptedException {
        // Nobody is to follow millions of events of shows that are not there while the replay is measured.
        program.getBean(EventProcessingConfiguration.class)
                .eventProcessors()
                .values()
                .forEach(EventProcessor::shutDown);
        report.begins("storing " + EVENTS + " events");
        try (HikariDataSource growing = CompareBench.database(program, "replay")) {
            JdbcClient jdbc = JdbcClient.create(growing);
            int shows = Math.max(1, (EVENTS + EVENTS_A_SHOW / 2) / EVENTS_A_SHOW);
            for (int show = 0; show < shows; show++) {
                int stored = jdbc.sql(SHOW)
                        .param("events", EVENTS_A_SHOW)
                        .param("bookings", BOOKINGS_A_SHOW)
                        .param("show", "replayed" + show)
                        .update();
                Inconsistent.unless(stored == EVENTS_A_SHOW, "stored " + stored);
            }
            jdbc.sql("VACUUM ANALYZE store.domain_event").update();
            for (String name : List.of("seat-view", "history", "booking-view")) {
                measure(name);
            }
            int sold = jdbc.sql("SELECT coalesce(sum(sold), 0) FROM view.section WHERE show_id LIKE 'replayed%'")
                    .query(Integer.class)
                    .single();
            Inconsistent.unless(sold == shows * 2 * BOOKINGS_A_SHOW, sold + " seats are sold after the replay");
            lookBack(new ShowId("replayed" + shows / 2));
        }
    }

    private void measure(String name) throws InterruptedException {
        report.begins("replaying " + name);
        Replays replays = program.getBean(Replays.class);
        long begun = System.nanoTime();
        replays.begin(name, null);
        List<Long> heaps = new ArrayList<>();
        Replay replay;
        do {
            Thread.sleep(500);
            heaps.add(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20);
            replay = replays.of(name).orElseThrow();
        } while (replay.isOpen());
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        Inconsistent.unless(replay.state() == Replay.State.DONE, "the replay of " + name + " is " + replay.state());
        report.once("replay of " + name, took, replay.events() + " events");
        report.fact(
                "replay of " + name,
                String.format(Locale.ROOT, "%,.0f events/s", replay.events() / (took.toMillis() / 1000.0)),
                "heap at most " + most(heaps, 0, heaps.size() / 2) + " MB in the first half and "
                        + most(heaps, heaps.size() / 2, heaps.size()) + " MB in the second");
    }

    private interface Looking {
        void at(int turn);
    }

    /** How long it takes to be told of a moment, a seat and the sales of a show of 50,000 seats. */
    private void lookBack(ShowId show) {
        ShowHistory history = new ShowHistory(program.getBean(JdbcTemplate.class));
        Ledger ledger = program.getBean(Ledger.class);
        Sales sales = program.getBean(Sales.class);
        Instant begin = Instant.parse("2026-01-01T00:00:00Z");
        Random chance = new Random(5);
        look("the map of a moment", 200, _ -> {
            Instant moment = begin.plusMillis(1 + chance.nextInt(EVENTS_A_SHOW));
            Inconsistent.unless(history.at(show, moment).orElseThrow().published(), "not published at " + moment);
        });
        look("the ledger of a seat", 200, _ -> {
            TicketId ticket = TicketId.of(show, chance.nextInt(2 * BOOKINGS_A_SHOW));
            Inconsistent.unless(ledger.of(ticket, 0, 200).size() == 2, "not two lines of " + ticket);
        });
        long last = history.last(show);
        look(
                "a page of the history",
                50,
                _ -> Inconsistent.unless(
                        ledger.of(show, last - 1_000 - chance.nextInt(EVENTS_A_SHOW - 2_000), 200)
                                        .size()
                                == 200,
                        "not 200 lines"));
        look(
                "the sales by the minute",
                20,
                _ -> Inconsistent.unless(sales.of(show, Sales.Width.MINUTE).size() == 4, "not so many minutes"));
    }

    private void look(String what, int turns, Looking looking) {
        report.begins("asking for " + what);
        for (int turn = 0; turn < 20; turn++) {
            looking.at(turn);
        }
        List<Double> millis = new ArrayList<>();
        for (int turn = 0; turn < turns; turn++) {
            long begun = System.nanoTime();
            looking.at(turn);
            millis.add((System.nanoTime() - begun) / 1e6);
        }
        millis.sort(null);
        report.fact(
                what,
                String.format(Locale.ROOT, "%.1f ms", millis.get(turns / 2)),
                String.format(
                        Locale.ROOT,
                        "median of %d, the longest %.1f ms; a show of %d events",
                        turns,
                        millis.getLast(),
                        EVENTS_A_SHOW));
    }

    private static long most(List<Long> heaps, int from, int to) {
        return heaps.subList(from, to).stream().mapToLong(Long::longValue).max().orElse(0);
    }
}
