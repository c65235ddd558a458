package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;

/** The program in a process of its own, killed while people book. Whatever anybody was told had happened has happened, and once. */
@Timeout(300)
class KillTest {

    private static final int CLIENTS = 16;
    private static final int ACKNOWLEDGED_BEFORE_THE_KILL = 150;
    private static final int SHORT_HOLD_SECONDS = 3;
    private static final int SEATS = 1_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS) // a server that a failed test left running still writes there
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Client client;

    @SuppressWarnings("NullAway.Init")
    private JdbcClient jdbc;

    /** An acknowledged answer. */
    private record Told(Person buyer, Show show, String bookingId, List<String> tickets, Instant expiresAt) {}

    private final List<Person> buyers = new ArrayList<>();
    private final Queue<Told> reserved = new ConcurrentLinkedQueue<>();
    private final Queue<Told> triedToPay = new ConcurrentLinkedQueue<>();
    private final Queue<Told> confirmed = new ConcurrentLinkedQueue<>();
    private final Queue<Answer> faults = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stop = new AtomicBoolean();

    private OwnProgram start() throws IOException {
        OwnProgram program = OwnProgram.start(directory, "--ticketing.node=one");
        client = program.client();
        jdbc = JdbcClient.create(program.database());
        return program;
    }

    private Show newShow(int holdSeconds) {
        Person organizer = client.newPerson("ORGANIZER");
        return client.newShow(
                organizer, client.newVenue(organizer, 10, (SEATS - 100) / 10, 100), Map.of("holdSeconds", holdSeconds));
    }

    @Test
    void a_killed_program_loses_nothing_acknowledged_and_ends_its_holds() throws Exception {
        Show slow;
        Show quick;
        Instant killed;
        try (OwnProgram program = start()) {
            slow = newShow(600);
            quick = newShow(SHORT_HOLD_SECONDS);
            List<Future<?>> running = crowd(slow, quick);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> reserved.size() + confirmed.size() >= ACKNOWLEDGED_BEFORE_THE_KILL);
            program.process().kill();
            killed = Instant.now();
            end(running);
        }
        assertThat(faults).isEmpty();
        assertThat(reserved.stream()
                        .filter(told ->
                                told.show().equals(quick) && told.expiresAt().isAfter(killed)))
                .as("holds that were open when the program was killed")
                .isNotEmpty();

        try (OwnProgram program = start()) {
            theAcknowledgedIsThere(slow);
            nothingIsThereTwice();
            // Nobody pays for the quick show: its holds, acknowledged or not, end by themselves. How late is measured
            // by the
            // benchmark, not here.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> client.counts(quick).equals(SEATS + " available, 0 held, 0 sold"));
            for (Told told : reserved) {
                if (told.show().equals(quick)) {
                    assertThat(client.booking(told.buyer(), told.bookingId()).at("/status"))
                            .isEqualTo("EXPIRED");
                    assertThat(endOf(told)).as("never early").isAfterOrEqualTo(told.expiresAt());
                }
            }
            await("every alarm that is due being answered")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> overdue() == 0);
            // And life goes on.
            Person late = client.newBuyer();
            client.pay(late, client.hold(late, quick, 0), "pm_card_visa").expect(200);
            program.end();
        }
    }

    @Test
    void a_killed_database_loses_nothing_acknowledged() throws Exception {
        Show slow;
        try (OwnProgram program = start()) {
            slow = newShow(600);
            List<Future<?>> running = crowd(slow, slow);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> reserved.size() + confirmed.size() >= ACKNOWLEDGED_BEFORE_THE_KILL);
            postmaster().destroyForcibly();
            await().atMost(Duration.ofSeconds(60)).until(() -> !faults.isEmpty());
            end(running);
            await("not being sent any more requests")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> {
                        Answer readiness = client.get("/actuator/health/readiness");
                        assertThat(readiness.status()).isEqualTo(503);
                        assertThat(readiness.text()).contains("\"reason\":\"the database has not answered for ");
                    });
            assertThat(client.get("/actuator/health/liveness").status())
                    .as("a restart would mend nothing")
                    .isEqualTo(200);
            assertThat(faults)
                    .allSatisfy(fault -> assertThat(fault.problem())
                            .as("while there is no database")
                            .isIn("503 unavailable", "503 overloaded", "504 outcome-unknown"));
            program.end();
        }
        try (OwnProgram program = start()) {
            theAcknowledgedIsThere(slow);
            nothingIsThereTwice();
            Person late = client.newBuyer();
            assertThat(client.post(
                                    "/v1/bookings",
                                    late,
                                    Map.of("eventId", slow.id(), "bestAvailable", Map.of("quantity", 2)))
                            .status())
                    .isEqualTo(201);
            program.end();
        }
    }

    /** Sixteen people who book and pay as fast as they can until there is nobody to talk to, or they are told to stop. */
    private List<Future<?>> crowd(Show slow, Show quick) {
        for (int i = 0; i < CLIENTS; i++) {
            buyers.add(client.newBuyer());
        }
        List<Future<?>> running = new ArrayList<>();
        // Not closed: whoever ends has been waited for.
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        for (int i = 0; i < CLIENTS; i++) {
            Person buyer = buyers.get(i);
            Random random = new Random(i);
            running.add(threads.submit(() -> {
                while (!stop.get()) {
                    try {
                        book(buyer, random, random.nextInt(3) == 0 ? quick : slow, slow);
                    } catch (UncheckedIOException nobodyThere) {
                        return;
                    }
                }
            }));
        }
        return running;
    }

    private void book(Person buyer, Random random, Show show, Show paidFor) {
        int first = random.nextInt(SEATS - 3);
        List<String> wish = Stream.iterate(first, seat -> seat + 1)
                .limit(1 + random.nextInt(3))
                .map(show::ticket)
                .toList();
        Answer answer = client.book(buyer, show, wish);
        if (answer.status() != 201) {
            if (answer.status() != 409) {
                faults.add(answer);
            }
            return;
        }
        Told told = new Told(buyer, show, answer.at("/bookingId"), wish, Instant.parse(answer.at("/expiresAt")));
        reserved.add(told);
        if (show.equals(paidFor) && random.nextBoolean()) {
            triedToPay.add(told);
            Answer paid = client.pay(buyer, told.bookingId(), "pm_card_visa");
            if (paid.status() == 200) {
                confirmed.add(told);
            } else {
                faults.add(paid);
            }
        }
    }

    private void end(List<Future<?>> running) throws Exception {
        stop.set(true);
        for (Future<?> one : running) {
            one.get();
        }
    }

    private void theAcknowledgedIsThere(Show slow) {
        for (Told told : reserved) {
            Answer booking = client.booking(told.buyer(), told.bookingId());
            List<String> tickets = new ArrayList<>();
            booking.json()
                    .path("tickets")
                    .forEach(ticket -> tickets.add(ticket.path("ticketId").asString("")));
            assertThat(tickets).isEqualTo(told.tickets());
            String status = booking.at("/status");
            if (confirmed.contains(told)) {
                assertThat(status).isEqualTo("CONFIRMED");
                assertThat(booking.at("/payment/status")).isEqualTo("CAPTURED");
            } else if (triedToPay.contains(told)) {
                assertThat(status).isIn("RESERVED", "CONFIRMED");
            } else if (told.show().equals(slow)) {
                assertThat(status).isEqualTo("RESERVED");
            } else {
                assertThat(status).isIn("RESERVED", "EXPIRED");
            }
        }
        for (Person buyer : buyers) {
            List<String> mine = client.myTickets(buyer).stream()
                    .map((JsonNode ticket) -> ticket.path("ticketId").asString())
                    .toList();
            assertThat(mine).doesNotHaveDuplicates();
            confirmed.stream()
                    .filter(told -> told.buyer().equals(buyer))
                    .forEach(told -> assertThat(mine).containsAll(told.tickets()));
        }
    }

    private void nothingIsThereTwice() throws IOException {
        assertThat(jdbc.sql("""
                        SELECT t.show_id || '-' || t.seat FROM view.booking_ticket t JOIN view.booking b USING (booking_id)
                        WHERE b.status IN ('RESERVED', 'CONFIRMED') AND (b.status = 'CONFIRMED' OR b.expires_at > now())
                        GROUP BY 1 HAVING count(*) > 1
                        """).query(String.class).list()).isEmpty();
        assertThat(jdbc.sql("""
                        SELECT aggregate_identifier FROM store.domain_event WHERE payload_type = 'ticket.TicketConfirmed'
                        GROUP BY 1 HAVING count(*) > 1
                        """).query(String.class).list()).isEmpty();
        assertThat(jdbc.sql("""
                        SELECT booking_id FROM store.sandbox_payment WHERE status = 'CAPTURED' GROUP BY 1 HAVING count(*) > 1
                        """).query(String.class).list()).isEmpty();
        assertThat(jdbc.sql("SELECT booking_id FROM store.sandbox_payment WHERE status = 'CAPTURED'")
                        .query(String.class)
                        .list())
                .containsAll(confirmed.stream().map(Told::bookingId).toList());
        // Whose money was taken has the seats.
        assertThat(jdbc.sql("""
                        SELECT p.booking_id FROM store.sandbox_payment p LEFT JOIN view.booking b USING (booking_id)
                        WHERE p.status = 'CAPTURED' AND b.status IS DISTINCT FROM 'CONFIRMED'
                        """).query(String.class).list()).isEmpty();
    }

    private long overdue() throws IOException {
        return jdbc.sql("SELECT count(*) FROM store.deadline WHERE due_at < now()")
                .query(Long.class)
                .single();
    }

    private Instant endOf(Told told) throws IOException {
        return jdbc.sql(
                        "SELECT time_stamp FROM store.domain_event WHERE aggregate_identifier = ? AND payload_type = 'booking.BookingExpired'")
                .param(told.bookingId())
                .query((row, _) -> row.getTimestamp(1).toInstant())
                .single();
    }

    private ProcessHandle postmaster() throws IOException {
        try (Stream<String> lines = Files.lines(directory.resolve("data/postgres/postmaster.pid"))) {
            return ProcessHandle.of(
                            Long.parseLong(lines.findFirst().orElseThrow().strip()))
                    .orElseThrow();
        }
    }
}
