package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import ticketing.api.TicketingApplication;
import ticketing.api.embedded.DataDirectory;
import ticketing.api.embedded.PostgresServer;
import ticketing.api.start.Program;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;

/** Two processes of the program on one PostgreSQL. People book at both; the one that does more than the other is killed. */
@Timeout(300)
class TwoNodesTest {

    private static final Path PROGRAMS = Path.of(
                    System.getProperty("ticketing.embedded.program-dir", "target/programs"))
            .toAbsolutePath();

    private static final Pattern ADDRESS = Pattern.compile("http://localhost:(\\d+)\\R");
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private static final int BUYERS = 12;
    private static final int ACKNOWLEDGED_BEFORE_THE_KILL = 100;
    private static final int ACKNOWLEDGED_AFTER_THE_KILL = 50;
    private static final int SHORT_HOLD_SECONDS = 3;
    private static final int SEATS = 1_500;
    private static final int WRONG_PASSWORDS = 20;

    private static final int CROSSINGS = 11;
    private static final Duration CROSSED_WITHIN = Duration.ofMillis(200);
    private static final Duration SERVED_WITHIN = Duration.ofSeconds(5);
    /** A seat that the crowd leaves alone. */
    private static final int LEFT_FREE = SEATS - 2;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS) // a server that a failed test left running still writes there
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** One of the two. */
    private record Node(String name, Program program, Client client, AtomicBoolean dead) {}

    /** An acknowledged answer, and who gave it. */
    private record Told(Node by, Person buyer, Show show, String bookingId, List<String> tickets, Instant expiresAt) {}

    private final List<Node> nodes = new ArrayList<>();
    private final List<Person> buyers = new ArrayList<>();
    private final Queue<Told> reserved = new ConcurrentLinkedQueue<>();
    private final Queue<Told> confirmed = new ConcurrentLinkedQueue<>();
    /** Their payment was begun by the dead node, and nobody has said yet what became of it. */
    private final Queue<Told> unsettled = new ConcurrentLinkedQueue<>();

    private final Queue<Answer> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger repeated = new AtomicInteger();
    private final AtomicBoolean stop = new AtomicBoolean();

    @Test
    void one_of_two_nodes_is_killed_under_load_and_the_other_goes_on_with_everything() throws Exception {
        try (DataDirectory data = DataDirectory.claim(directory.resolve("database"));
                PostgresServer server = PostgresServer.start(data, PROGRAMS);
                // Both at once on an empty database: one makes the tables, the key and the administrator.
                Program one = start("one", server);
                Program two = start("two", server)) {
            JdbcClient jdbc =
                    JdbcClient.create(new DriverManagerDataSource(server.jdbcUrl(), server.user(), server.password()));
            nodes.add(node("one", one));
            nodes.add(node("two", two));
            Client first = nodes.getFirst().client();
            Client second = nodes.getLast().client();

            Person organizer = first.newPerson("ORGANIZER");
            String venue = first.newVenue(organizer, 10, (SEATS - 100) / 10, 100);
            Show slow = first.newShow(organizer, venue, Map.of("holdSeconds", 600));
            assertThat(second.counts(slow))
                    .as("what one has said, the other says")
                    .isEqualTo(freeSeats());
            Show quick = second.newShow(organizer, venue, Map.of("holdSeconds", SHORT_HOLD_SECONDS));
            assertThat(first.counts(quick)).isEqualTo(freeSeats());
            wrongPasswordsCountOnBoth(first, second);
            aKeyIsKnownOnBoth(first, second, slow);

            try (Watcher ofFirst = Watcher.of(first, slow);
                    Watcher ofSecond = Watcher.of(second, slow)) {
                await().until(() ->
                        !ofFirst.frames().isEmpty() && !ofSecond.frames().isEmpty());
                whatOneSellsTheOthersWatchersSee(first, ofSecond, second, ofFirst, slow);
                Person late = first.newBuyer();
                List<Future<?>> crowd = crowd(slow, quick);
                await().atMost(LONGEST).until(() -> reserved.size() >= ACKNOWLEDGED_BEFORE_THE_KILL);

                String follower = jdbc.sql("SELECT owner FROM store.token WHERE processor_name = 'seat-view'")
                        .query(String.class)
                        .single();
                Node victim = nodes.stream()
                        .filter(node -> node.name().equals(follower))
                        .findFirst()
                        .orElseThrow();
                Node survivor = nodes.get(1 - nodes.indexOf(victim));
                victim.program().kill();
                Instant killed = Instant.now();
                survivor.client().hold(late, slow, LEFT_FREE);
                assertThat(Duration.between(killed, Instant.now()))
                        .as("until the survivor serves")
                        .isLessThanOrEqualTo(SERVED_WITHIN);
                int before = reserved.size();
                await("the survivor selling on")
                        .atMost(LONGEST)
                        .until(() -> reserved.size() >= before + ACKNOWLEDGED_AFTER_THE_KILL);
                end(crowd);

                assertThat(faults).isEmpty();
                assertThat(repeated).as("requests of the dead node").hasPositiveValue();
                assertThat(reserved.stream()
                                .filter(told -> told.by().equals(victim)
                                        && told.show().equals(quick)
                                        && told.expiresAt().isAfter(killed)))
                        .as("holds that were open when their node was killed")
                        .isNotEmpty();
                theAcknowledgedIsThere(survivor.client(), slow);
                nothingIsThereTwice(jdbc);

                await("all short holds being over")
                        .atMost(LONGEST)
                        .until(() -> survivor.client().counts(quick).equals(freeSeats()));
                theHoldsEndedOnceAndNotEarly(jdbc, quick);

                Watcher watcher = survivor.equals(nodes.getFirst()) ? ofFirst : ofSecond;
                int[] truth = survivor.client().codes(slow, SEATS);
                await("the map of who watches at the survivor")
                        .atMost(LONGEST)
                        .untilAsserted(() -> assertThat(watcher.codes()).isEqualTo(truth));
                assertThat(jdbc.sql("SELECT DISTINCT owner FROM store.token")
                                .query(String.class)
                                .list())
                        .as("who follows for the read models")
                        .containsExactly(survivor.name());
            }
        }
    }

    private Program start(String name, PostgresServer server) throws IOException {
        return Program.start(
                directory,
                TicketingApplication.class,
                "--server.port=0",
                "--spring.datasource.url=" + server.jdbcUrl(),
                "--spring.datasource.username=" + server.user(),
                "--spring.datasource.password=" + server.password(),
                "--ticketing.data-dir=" + directory.resolve(name),
                "--ticketing.node=" + name,
                "--ticketing.limits.booking.burst=100000",
                "--ticketing.limits.wrong-password.burst=" + WRONG_PASSWORDS,
                "--ticketing.limits.wrong-password.rate=1",
                "--" + Client.CHEAP_PASSWORDS,
                "--ticketing.admin.email=" + Client.ADMIN_EMAIL,
                "--ticketing.admin.password=" + Client.ADMIN_PASSWORD);
    }

    private static Node node(String name, Program program) throws IOException {
        program.awaitOutput("Stop");
        Matcher found = ADDRESS.matcher(program.output());
        assertThat(found.find()).isTrue();
        Client client = new Client(URI.create("http://127.0.0.1:" + found.group(1)));
        return new Node(name, program, client, new AtomicBoolean());
    }

    private static String freeSeats() {
        return SEATS + " available, 0 held, 0 sold";
    }

    /** A guesser gets no second burst by going to the other node. */
    private static void wrongPasswordsCountOnBoth(Client first, Client second) {
        String email = "p" + UUID.randomUUID() + "@example.com";
        Map<String, String> guess = Map.of("email", email, "password", "guessed-wrong");
        for (int i = 0; i < WRONG_PASSWORDS; i++) {
            first.post("/v1/login", null, guess).expect(401);
        }
        assertThat(first.post("/v1/login", null, guess).problem()).isEqualTo("429 rate-limited");
        AtomicInteger guesses = new AtomicInteger();
        await("the other node knowing of it")
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    Answer answer = second.post("/v1/login", null, guess);
                    if (answer.status() == 401) {
                        guesses.incrementAndGet();
                    }
                    return answer.status() == 429;
                });
        assertThat(guesses).hasValueLessThan(WRONG_PASSWORDS);
    }

    private static void aKeyIsKnownOnBoth(Client first, Client second, Show show) {
        Person buyer = second.newBuyer();
        Map<String, Object> wish = Map.of("eventId", show.id(), "ticketIds", List.of(show.ticket(SEATS - 1)));
        Answer once = first.post("/v1/bookings", buyer, wish, "Idempotency-Key", "same")
                .expect(201);
        Answer again = second.post("/v1/bookings", buyer, wish, "Idempotency-Key", "same")
                .expect(201);
        assertThat(again.text()).isEqualTo(once.text());
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    }

    /** From the answer at one node to the frame at the other. Half of them have to be in time: one slow moment of the machine is nobody's fault. */
    private static void whatOneSellsTheOthersWatchersSee(
            Client first, Watcher ofSecond, Client second, Watcher ofFirst, Show show) {
        Person buyer = first.newBuyer();
        List<Duration> delays = new ArrayList<>();
        for (int n = 0; n < CROSSINGS; n++) {
            int seat = n;
            Watcher watcher = n % 2 == 0 ? ofSecond : ofFirst;
            (n % 2 == 0 ? first : second).hold(buyer, show, seat);
            Instant answered = Instant.now();
            await().pollInterval(Duration.ofMillis(5))
                    .until(() -> watcher.storyOf(seat).contains(1));
            delays.add(Duration.between(answered, Instant.now()));
        }
        assertThat(delays.stream().sorted().toList().get(CROSSINGS / 2))
                .as("half of %s", delays)
                .isLessThanOrEqualTo(CROSSED_WITHIN);
    }

    /** People who book and pay as fast as they can, each request at either node, until they are told to stop. */
    private List<Future<?>> crowd(Show slow, Show quick) {
        for (int i = 0; i < BUYERS; i++) {
            buyers.add(nodes.get(i % 2).client().newBuyer());
        }
        List<Future<?>> running = new ArrayList<>();
        // Not closed: whoever ends has been waited for.
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        for (int i = 0; i < BUYERS; i++) {
            Person buyer = buyers.get(i);
            Random random = new Random(i);
            running.add(threads.submit(() -> {
                while (!stop.get()) {
                    book(buyer, random, random.nextInt(3) == 0 ? quick : slow, slow);
                }
            }));
        }
        return running;
    }

    /** What came back in the end, and from whom. */
    private record Outcome(Node by, Answer answer, boolean begunElsewhere) {}

    /** As a good client does it: what got no answer, or none that says what happened, is asked again under the same key, at the other node if need be. */
    private Outcome ask(Random random, Function<Client, Answer> request) {
        Instant giveUp = Instant.now().plus(LONGEST);
        boolean lost = false;
        while (true) {
            Node node = nodes.get(random.nextInt(nodes.size()));
            if (node.dead().get()) {
                continue;
            }
            try {
                Answer answer = request.apply(node.client());
                boolean again = answer.status() >= 500 || answer.text().contains("idempotency-key-in-flight");
                if (!again || Instant.now().isAfter(giveUp)) {
                    return new Outcome(node, answer, lost);
                }
            } catch (UncheckedIOException nobodyThere) {
                node.dead().set(true);
                lost = true;
            }
            repeated.incrementAndGet();
        }
    }

    private void book(Person buyer, Random random, Show show, Show paidFor) {
        int seat = random.nextInt(SEATS - 4);
        List<String> wish = Stream.iterate(seat, next -> next + 1)
                .limit(1 + random.nextInt(3))
                .map(show::ticket)
                .toList();
        String key = UUID.randomUUID().toString();
        Outcome booked = ask(
                random,
                client -> client.post(
                        "/v1/bookings",
                        buyer,
                        Map.of("eventId", show.id(), "ticketIds", wish),
                        "Idempotency-Key",
                        key));
        Answer answer = booked.answer();
        if (answer.status() != 201) {
            if (answer.status() != 409) {
                faults.add(answer);
            }
            return;
        }
        Told told = new Told(
                booked.by(), buyer, show, answer.at("/bookingId"), wish, Instant.parse(answer.at("/expiresAt")));
        reserved.add(told);
        if (show.equals(paidFor) && random.nextBoolean()) {
            Outcome paid = ask(
                    random,
                    client -> client.put(
                            "/v1/bookings/" + told.bookingId() + "/confirm",
                            buyer,
                            Map.of("paymentMethod", "pm_card_visa"),
                            "Idempotency-Key",
                            key + "-pay"));
            if (paid.answer().status() == 200) {
                confirmed.add(told);
            } else if (paid.begunElsewhere() && paid.answer().text().contains("payment-in-progress")) {
                unsettled.add(told);
            } else {
                faults.add(paid.answer());
            }
        }
    }

    private void end(List<Future<?>> running) throws Exception {
        stop.set(true);
        for (Future<?> one : running) {
            one.get();
        }
    }

    private void theAcknowledgedIsThere(Client client, Show slow) {
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
            } else if (unsettled.contains(told)) {
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
            assertThat(mine).doesNotHaveDuplicates().containsAll(tickets(confirmed, buyer));
            assertThat(mine)
                    .isSubsetOf(Stream.concat(tickets(confirmed, buyer).stream(), tickets(unsettled, buyer).stream())
                            .toList());
        }
    }

    private static List<String> tickets(Queue<Told> bookings, Person buyer) {
        return bookings.stream()
                .filter(told -> told.buyer().equals(buyer))
                .flatMap(told -> told.tickets().stream())
                .toList();
    }

    private static List<String> ids(Queue<Told> bookings) {
        return bookings.stream().map(Told::bookingId).toList();
    }

    private void nothingIsThereTwice(JdbcClient jdbc) {
        assertThat(jdbc.sql("""
                        SELECT t.show_id || '-' || t.seat FROM view.booking_ticket t JOIN view.booking b USING (booking_id)
                        WHERE b.status IN ('RESERVED', 'CONFIRMED') AND (b.status = 'CONFIRMED' OR b.expires_at > now())
                        GROUP BY 1 HAVING count(*) > 1
                        """).query(String.class).list()).isEmpty();
        assertThat(jdbc.sql("""
                        SELECT aggregate_identifier FROM store.domain_event WHERE payload_type = 'ticket.TicketConfirmed'
                        GROUP BY 1 HAVING count(*) > 1
                        """).query(String.class).list()).isEmpty();
        assertThat(jdbc.sql("SELECT booking_id FROM store.sandbox_payment WHERE status = 'CAPTURED'")
                        .query(String.class)
                        .list())
                .as("whose money was taken")
                .doesNotHaveDuplicates()
                .containsAll(ids(confirmed))
                .isSubsetOf(Stream.concat(ids(confirmed).stream(), ids(unsettled).stream())
                        .toList());
    }

    private record End(String bookingId, Instant at) {}

    private void theHoldsEndedOnceAndNotEarly(JdbcClient jdbc, Show quick) {
        List<End> ends = jdbc.sql(
                        "SELECT aggregate_identifier, time_stamp FROM store.domain_event WHERE payload_type = 'booking.BookingExpired'")
                .query((row, _) -> new End(row.getString(1), row.getTimestamp(2).toInstant()))
                .list();
        assertThat(ends).extracting(End::bookingId).doesNotHaveDuplicates();
        List<Told> short_ =
                reserved.stream().filter(told -> told.show().equals(quick)).toList();
        assertThat(ends)
                .extracting(End::bookingId)
                .containsExactlyInAnyOrderElementsOf(
                        short_.stream().map(Told::bookingId).toList());
        for (Told told : short_) {
            assertThat(ends)
                    .filteredOn(end -> end.bookingId().equals(told.bookingId()))
                    .allSatisfy(end -> assertThat(end.at()).isAfterOrEqualTo(told.expiresAt()));
        }
    }
}
