package ticketing.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import ticketing.analysis.whatif.Outcome;
import ticketing.analysis.whatif.Recording;
import ticketing.analysis.whatif.Rules;
import ticketing.analysis.whatif.WhatIf;
import ticketing.messages.show.ShowId;

/**
 * What a store of whole sales costs those who look at it afterwards: a sale run again under other rules, and how soon the auditor of a running program, with the settings
 * that it comes with, tells of what was planted. The sales are made up, event by event as the program writes them: shows of 50,000 seats, sold out within an hour by
 * pairs who pay a minute after they have chosen. That nothing is wrong with them the auditor and the sale's exact repetition show before anything is measured.
 */
final class AnalysisBench {

    /** Of the system property {@code bench.sales}, at least two. */
    private static final int SHOWS = Math.max(2, Integer.getInteger("bench.sales", 2));

    private static final int ROWS_OF_A_HUNDRED = 500;
    private static final int BOOKINGS = 25_000;
    private static final int EVENTS = 8 * BOOKINGS;
    private static final Duration SALE = Duration.ofHours(1);
    private static final int HOLD_SECONDS = 600;

    private static final Duration READ_WITHIN = Duration.ofMinutes(15);
    private static final Duration PROMISED = Duration.ofMinutes(1);
    private static final int RUNS = 5;

    /** The moments lie so that no two bookings ever do something in the same one. */
    private static final String HOUR_OF_SALE = """
            WITH head AS (UPDATE store.event_head SET position = position + :events::int RETURNING position - :events::int AS position),
            booking AS (SELECT j, :show::text || '-b' || md5(:show::text || j) AS id, :show::text || '-' || 2 * j AS a, :show::text || '-' || 2 * j + 1 AS b,
                               :begin::timestamptz + j * interval '144 milliseconds' AS at FROM generate_series(0, :bookings::int - 1) AS j),
            spoken AS (SELECT *, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS reserved,
                              to_char((at + interval '600 seconds') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS until,
                              to_char((at + interval '60.07 seconds') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS paying,
                              to_char((at + interval '60.10 seconds') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS confirmed
                       FROM booking),
            event (at, ordinal, id, sequence, kind, type, payload) AS (
                SELECT at, s, CASE s WHEN 0 THEN a ELSE b END, 0, 'Ticket', 'ticket.TicketReserved',
                    format('{"ticketId":"%s","bookingId":"%s","price":{"amount":"10.00","currency":"EUR"},"expiresAt":"%s"}', CASE s WHEN 0 THEN a ELSE b END, id, until)
                    FROM spoken, generate_series(0, 1) s
                UNION ALL SELECT at, 2, id, 0, 'Booking', 'booking.BookingReserved',
                    format('{"bookingId":"%s","buyerId":"u%s","tickets":[{"ticketId":"%s","section":"Everywhere","price":{"amount":"10.00","currency":"EUR"}},{"ticketId":"%s","section":"Everywhere","price":{"amount":"10.00","currency":"EUR"}}],"total":{"amount":"20.00","currency":"EUR"},"reservedAt":"%s","expiresAt":"%s"}',
                        id, j, a, b, reserved, until) FROM spoken
                UNION ALL SELECT at + interval '60.07 seconds', 0, id, 1, 'Booking', 'booking.PaymentStarted',
                    format('{"bookingId":"%s","paymentId":"%s.p1","paymentMethod":"pm_card_visa","amount":{"amount":"20.00","currency":"EUR"},"startedAt":"%s","holdUntil":"%s"}',
                        id, id, paying, until) FROM spoken
                UNION ALL SELECT at + interval '60.10 seconds', s, CASE s WHEN 0 THEN a ELSE b END, 1, 'Ticket', 'ticket.TicketConfirmed',
                    format('{"ticketId":"%s","bookingId":"%s","price":{"amount":"10.00","currency":"EUR"}}', CASE s WHEN 0 THEN a ELSE b END, id)
                    FROM spoken, generate_series(0, 1) s
                UNION ALL SELECT at + interval '60.10 seconds', 2, id, 2, 'Booking', 'booking.BookingConfirmed',
                    format('{"bookingId":"%s","paymentId":"%s.p1","confirmedAt":"%s"}', id, id, confirmed) FROM spoken
                UNION ALL SELECT at + interval '60.13 seconds', 0, id, 3, 'Booking', 'booking.PaymentCaptured',
                    format('{"bookingId":"%s","paymentId":"%s.p1","amount":{"amount":"20.00","currency":"EUR"}}', id, id) FROM spoken)
            INSERT INTO store.domain_event (position, aggregate_identifier, sequence_number, aggregate_type, event_identifier,
                payload_type, payload_revision, payload, meta_data, time_stamp)
            SELECT head.position + row_number() OVER (ORDER BY at, ordinal), id, sequence, kind, gen_random_uuid()::text, type, '1', convert_to(payload, 'UTF8'),
                   convert_to('{"traceId":"00000000-0000-0000-0000-000000000000","correlationId":"00000000-0000-0000-0000-000000000000"}', 'UTF8'), at
            FROM head, event
            """;

    /** Like an event that the program has stored, of an aggregate that it knows. */
    private static final String APPENDED = """
            WITH head AS (UPDATE store.event_head SET position = position + 1 RETURNING position)
            INSERT INTO store.domain_event (position, aggregate_identifier, sequence_number, aggregate_type, event_identifier,
                payload_type, payload_revision, payload, meta_data, time_stamp)
            SELECT head.position, :id, 2, 'Ticket', gen_random_uuid()::text, 'ticket.TicketConfirmed', '1',
                   convert_to(format('{"ticketId":"%s","bookingId":"%s","price":{"amount":"10.00","currency":"EUR"}}', :id, :booking), 'UTF8'),
                   convert_to('{}', 'UTF8'), now()
            FROM head
            """;

    /**
     * Something that must not be.
     *
     * @param told how the auditor's line begins
     */
    private record Plant(String what, String told, Planting planting) {}

    private interface Planting {
        int into(JdbcClient store);
    }

    private final Path directory;
    private final Report report;

    AnalysisBench(Path directory, Report report) {
        this.directory = directory;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        String password = UUID.randomUUID().toString();
        report.begins("starting the program on an empty directory");
        try (Program program = Program.start(directory, password);
                Api api = new Api(program.address());
                Connection connection = DriverManager.getConnection(Program.database(directory))) {
            JdbcClient store = JdbcClient.create(new SingleConnectionDataSource(connection, true));
            List<ShowId> shows = shows(api, api.login(Program.ADMIN_EMAIL, password), store);
            runAgain(shows.getLast());
            audit(api, shows, store);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private List<ShowId> shows(Api api, String token, JdbcClient store) throws IOException, InterruptedException {
        report.begins("storing " + SHOWS + " hours of sale");
        String venue = api.newVenue(token, ROWS_OF_A_HUNDRED);
        List<ShowId> shows = new ArrayList<>();
        for (int i = 0; i < SHOWS; i++) {
            ShowId show = api.newShow(token, venue, HOLD_SECONDS);
            api.publish(token, show);
            shows.add(show);
        }
        for (ShowId show : shows) {
            int stored = store.sql(HOUR_OF_SALE)
                    .param("events", EVENTS)
                    .param("bookings", BOOKINGS)
                    .param("show", show.value())
                    .param(
                            "begin",
                            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                    .update();
            Inconsistent.unless(stored == EVENTS, "stored " + stored);
        }
        return shows;
    }

    private void runAgain(ShowId show) throws IOException, SQLException {
        report.begins("running an hour of sale again");
        Recording recording;
        try (Connection reading = DriverManager.getConnection(Program.database(directory))) {
            reading.setAutoCommit(false);
            long begun = System.nanoTime();
            recording = Recording.of(reading, show);
            report.once(
                    "reading an hour of sale", since(begun), recording.events().size() + " events");
        }
        WhatIf whatIf = new WhatIf(recording);
        WhatIf.Fidelity fidelity = whatIf.fidelity();
        Inconsistent.unless(
                fidelity.isExact() && fidelity.same() > EVENTS,
                fidelity.same() + " of " + fidelity.events() + " events happen again");
        Outcome reality = whatIf.reality();
        Inconsistent.unless(
                reality.ticketsSold() == 2 * BOOKINGS
                        && whatIf.under(Rules.UNCHANGED).equals(reality),
                "under the same rules it came to something else");
        run("the same rules", whatIf, Rules.UNCHANGED);
        run("a hold of 30 s", whatIf, new Rules(Duration.ofSeconds(30), null, null, Map.of(), 0, 0.5, 1));
        run(
                "a limit of one ticket, at a higher price",
                whatIf,
                new Rules(null, 1, null, Map.of(Api.SECTION, new BigDecimal("12.00")), 0.5, 0.5, 1));
        run("300 buyers let in each minute", whatIf, new Rules(null, null, 300, Map.of(), 0, 0.5, 1));
    }

    private void run(String what, WhatIf whatIf, Rules rules) {
        List<Double> seconds = new ArrayList<>();
        Outcome outcome = whatIf.under(rules);
        for (int run = 0; run < RUNS; run++) {
            long begun = System.nanoTime();
            Inconsistent.unless(whatIf.under(rules).equals(outcome), what + ": not the same twice");
            seconds.add((System.nanoTime() - begun) / 1e9);
        }
        double median = Report.median(seconds);
        report.fact(
                "the sale again with " + what,
                String.format(Locale.ROOT, "%,.0f × as fast", SALE.toSeconds() / median),
                String.format(
                        Locale.ROOT,
                        "an hour in %.2f s, median of %d; %,d tickets sold, the last after %d min",
                        median,
                        RUNS,
                        outcome.ticketsSold(),
                        outcome.untilLast().toMinutes()));
    }

    private void audit(Api api, List<ShowId> shows, JdbcClient store) throws IOException, InterruptedException {
        report.begins("waiting until read models and auditor have read everything");
        long begun = System.nanoTime();
        await("the auditor is behind", () -> api.metric("ticketing_audit_behind") == 0, begun);
        await(
                "the bookings' read model is behind",
                () -> store.sql("SELECT count(*) FROM view.booking WHERE payment_status = 'CAPTURED'")
                                .query(Integer.class)
                                .single()
                        == SHOWS * BOOKINGS,
                begun);
        anotherRound(api, begun);
        // Right behind the end of a round, when the next is as far away as it ever is.
        long round = System.nanoTime();
        anotherRound(api, round);
        report.once(
                "from the end of one round to the end of the next", since(round), SHOWS * EVENTS + " events and more");
        Inconsistent.unless(told().isEmpty(), "not sound before anything was planted: " + told());
        ShowId show = shows.getLast();
        ShowId another = shows.getFirst();
        List<Plant> plants = List.of(
                // In another show than the rest: the read models follow it.
                new Plant(
                        "a seat sold twice",
                        "sold-twice " + another + "-17 ",
                        it -> it.sql(APPENDED)
                                .param("id", another + "-17")
                                .param("booking", bookingOf(it, another, 20))
                                .update()),
                new Plant(
                        "a seat's row that is wrong",
                        "view-row-wrong view.seat " + show + " 49000 ",
                        it -> it.sql("UPDATE view.seat SET status = 0 WHERE show_id = ? AND seat = 49000")
                                .param(show.value())
                                .update()),
                new Plant(
                        "a seat's row that is missing",
                        "view-row-missing view.seat " + show + " 48000 ",
                        it -> it.sql("DELETE FROM view.seat WHERE show_id = ? AND seat = 48000")
                                .param(show.value())
                                .update()),
                new Plant(
                        "a section that counts wrongly",
                        "view-row-wrong view.section " + show + " 0 ",
                        it -> it.sql("UPDATE view.section SET sold = sold - 1 WHERE show_id = ?")
                                .param(show.value())
                                .update()),
                new Plant(
                        "a booking's row that is wrong",
                        "view-row-wrong view.booking " + bookingOf(store, show, 47_000) + " ",
                        it -> it.sql("UPDATE view.booking SET payment_status = 'DECLINED' WHERE booking_id = ?")
                                .param(bookingOf(it, show, 47_000))
                                .update()),
                new Plant(
                        "an event that is gone",
                        "position-gap ",
                        it -> it.sql(
                                        "DELETE FROM store.domain_event WHERE aggregate_identifier = ? AND sequence_number = 3")
                                .param(bookingOf(it, show, 46_000))
                                .update()));
        report.begins("planting faults");
        long planted = System.nanoTime();
        for (Plant plant : plants) {
            Inconsistent.unless(plant.planting().into(store) == 1, plant.what() + " could not be planted");
        }
        List<Plant> open = new ArrayList<>(plants);
        while (!open.isEmpty() && since(planted).compareTo(READ_WITHIN) < 0) {
            List<String> told = told();
            for (Plant plant : List.copyOf(open)) {
                if (told.stream().anyMatch(line -> line.startsWith(plant.told()))) {
                    report.once("told of " + plant.what(), since(planted), "");
                    open.remove(plant);
                }
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        Inconsistent.unless(
                since(planted).compareTo(PROMISED) < 0, "not told within a minute, at the end not of " + open);
    }

    private static String bookingOf(JdbcClient store, ShowId show, int seat) {
        return store.sql("SELECT booking_id FROM view.booking_ticket WHERE show_id = ? AND seat = ?")
                .param(show.value())
                .param(seat)
                .query(String.class)
                .single();
    }

    /** What the auditor has told in the program's log. */
    private List<String> told() throws IOException {
        String phrase = "has found what must not be: ";
        return Files.readAllLines(directory.resolve("program.log")).stream()
                .filter(line -> line.contains(phrase))
                .map(line -> line.substring(line.indexOf(phrase) + phrase.length()))
                .toList();
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void anotherRound(Api api, long begun) throws IOException, InterruptedException {
        double before = api.metric("ticketing_audit_rounds");
        await("no round ends", () -> api.metric("ticketing_audit_rounds") > before, begun);
    }

    private static void await(String otherwise, Condition condition, long begun)
            throws IOException, InterruptedException {
        while (!condition.holds()) {
            Inconsistent.unless(since(begun).compareTo(READ_WITHIN) < 0, otherwise);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
