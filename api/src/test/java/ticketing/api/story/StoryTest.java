package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;

/**
 * An evening from its announcement to its cancellation. Nothing that somebody has just done is awaited: whoever got an answer sees it in the next
 * read. Awaited is only what happens by itself.
 */
@Timeout(120)
class StoryTest extends Platform {

    private static final int SEATS = 30;

    @SuppressWarnings("NullAway.Init")
    private Person organizer;

    @SuppressWarnings("NullAway.Init")
    private Person anna;

    @SuppressWarnings("NullAway.Init")
    private Person ben;

    @BeforeEach
    void people() {
        organizer = client.newPerson("ORGANIZER");
        anna = client.newBuyer();
        ben = client.newBuyer();
    }

    private Show show(Map<String, ?> more) {
        return client.newShow(organizer, client.newVenue(organizer, 2, 10, 10), more);
    }

    @Test
    void anna_and_ben_go_to_a_concert() {
        // Olga opens a hall, finds a band and announces an evening.
        String venue = client.newVenue(organizer, 2, 10, 10);
        String performer = client.post(
                        "/v1/performers",
                        organizer,
                        Map.of("name", "The Quokkas of Bremen", "description", "Loud.", "genre", "Rock"))
                .expect(201)
                .at("/performerId");
        Show show = client.newDraft(
                organizer,
                venue,
                Map.of("name", "Quokka Nights", "performerIds", List.of(performer), "holdSeconds", 600));
        assertThat(client.get("/v1/events/" + show.id()).problem()).isEqualTo("404 event-not-found");
        assertThat(client.get("/v1/events/" + show.id(), organizer).expect(200).at("/status"))
                .isEqualTo("DRAFT");
        assertThat(client.post("/v1/events/" + show.id() + "/publish", organizer, null)
                        .expect(200)
                        .at("/status"))
                .isEqualTo("PUBLISHED");

        // Anna finds it, though she cannot spell, and looks at the seats.
        Answer found = client.get("/v1/events/search?keyword=quoka%20nigths").expect(200);
        assertThat(found.at("/items/0/eventId")).isEqualTo(show.id());
        assertThat(found.json().at("/items/0/available").asInt()).isEqualTo(SEATS);
        Answer event = client.get("/v1/events/" + show.id()).expect(200);
        assertThat(event.at("/performers/0/name")).isEqualTo("The Quokkas of Bremen");
        assertThat(event.at("/sections/0/price/amount")).isEqualTo("49.50");
        JsonNode layout =
                client.get("/v1/events/" + show.id() + "/seats").expect(200).json();
        assertThat(layout.path("seatCount").asInt()).isEqualTo(SEATS);
        assertThat(layout.at("/sections/0/rows/0/seats/4/ticketId").asString()).isEqualTo(show.ticket(4));

        // She takes two side by side; Ben wants one of them and is refused, and gets none of his others either.
        Answer held = client.book(anna, show, show.tickets(4, 5)).expect(201);
        String annas = held.at("/bookingId");
        assertThat(held.header("Location")).isEqualTo("/v1/bookings/" + annas);
        assertThat(held.at("/status")).isEqualTo("RESERVED");
        assertThat(held.at("/total/amount")).isEqualTo("99.00");
        assertThat(held.json().path("expiresInSeconds").asInt()).isBetween(590, 600);
        assertThat(client.booking(anna, annas).at("/status")).isEqualTo("RESERVED");
        assertThat(client.counts(show)).isEqualTo("28 available, 2 held, 0 sold");
        Answer refused = client.book(ben, show, show.tickets(5, 6));
        assertThat(refused.problem()).isEqualTo("409 seat-taken");
        assertThat(refused.json().path("ticketIds").toString()).isEqualTo("[\"" + show.ticket(5) + "\"]");
        assertThat(client.statusOf(show, 6)).isEqualTo("AVAILABLE");

        // Her first card is declined, which costs her nothing but a second try.
        Answer declined = client.pay(anna, annas, "pm_card_chargeDeclined");
        assertThat(declined.problem()).isEqualTo("402 payment-declined");
        assertThat(client.booking(anna, annas).at("/status")).isEqualTo("RESERVED");
        assertThat(client.statusOf(show, 4)).isEqualTo("HELD");
        Answer paid = client.pay(anna, annas, "pm_card_visa").expect(200);
        assertThat(paid.at("/status")).isEqualTo("CONFIRMED");
        assertThat(paid.at("/payment/status")).isEqualTo("CAPTURED");
        assertThat(paid.at("/payment/amount/amount")).isEqualTo("99.00");
        assertThat(client.myTickets(anna).stream()
                        .map(ticket -> ticket.path("ticketId").asString()))
                .containsExactlyInAnyOrder(show.ticket(4), show.ticket(5));
        assertThat(client.counts(show)).isEqualTo("28 available, 0 held, 2 sold");
        assertThat(client.book(ben, show, show.tickets(4)).problem()).isEqualTo("409 seat-taken");

        // Ben has the platform choose, changes his mind, and the seats are free at once.
        Answer best = client.post(
                        "/v1/bookings",
                        ben,
                        Map.of(
                                "eventId",
                                show.id(),
                                "bestAvailable",
                                Map.of("quantity", 3, "section", "Stalls", "maxPrice", 50)))
                .expect(201);
        assertThat(best.json().path("tickets")).hasSize(3).allSatisfy(ticket -> {
            assertThat(ticket.path("section").asString()).isEqualTo("Stalls");
            assertThat(ticket.path("row").asString()).isEqualTo(best.at("/tickets/0/row"));
        });
        assertThat(client.counts(show)).isEqualTo("25 available, 3 held, 2 sold");
        String bens = best.at("/bookingId");
        client.delete("/v1/bookings/" + bens, ben).expect(204);
        assertThat(client.counts(show)).isEqualTo("28 available, 0 held, 2 sold");
        assertThat(client.booking(ben, bens).at("/status")).isEqualTo("RELEASED");

        // Ben's bank wants to know whether it is him.
        String second = client.hold(ben, show, 6);
        Answer asked = client.pay(ben, second, "pm_card_authenticationRequired").expect(202);
        assertThat(asked.at("/payment/status")).isEqualTo("REQUIRES_ACTION");
        assertThat(asked.at("/status")).isEqualTo("RESERVED");
        String complete = "/v1/sandbox/payments/" + asked.at("/payment/paymentId") + "/complete";
        assertThat(client.post(complete, anna, null).status()).isEqualTo(404);
        assertThat(client.booking(ben, second).at("/status")).isEqualTo("RESERVED");
        client.post(complete, ben, null).expect(200);
        assertThat(client.booking(ben, second).at("/status")).isEqualTo("CONFIRMED");
        assertThat(client.booking(ben, second).at("/payment/status")).isEqualTo("CAPTURED");

        // Anna falls ill and Olga gives her the money back; the seats can be sold again.
        assertThat(client.post("/v1/bookings/" + annas + "/refund", organizer, null)
                        .expect(200)
                        .at("/status"))
                .isEqualTo("REFUNDED");
        assertThat(client.booking(anna, annas).at("/status")).isEqualTo("REFUNDED");
        assertThat(client.myTickets(anna)).isEmpty();
        assertThat(client.counts(show)).isEqualTo("29 available, 0 held, 1 sold");
        String again = client.hold(anna, show, 4);

        // The band breaks up: the hold ends, the ticket is refunded, nothing can be booked.
        assertThat(client.post("/v1/events/" + show.id() + "/cancel", organizer, null)
                        .expect(200)
                        .at("/status"))
                .isEqualTo("CANCELLED");
        assertThat(client.book(ben, show, show.tickets(9)).problem()).isEqualTo("409 not-on-sale");
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(client.booking(anna, again).at("/status")).isEqualTo("RELEASED");
            assertThat(client.booking(ben, second).at("/status")).isEqualTo("REFUNDED");
        });
        assertThat(client.myTickets(ben)).isEmpty();
        assertThat(payments(show, "CAPTURED")).isZero();
        assertThat(payments(show, "REFUNDED")).isEqualTo(2);
    }

    /** Never early, and without anybody asking for the seat. How late it may be is the benchmark's to measure, on a machine that does nothing else. */
    @Test
    void a_hold_runs_out_by_itself_while_somebody_watches() {
        Show show = show(Map.of("holdSeconds", 2));
        try (Watcher watcher = Watcher.of(client, show)) {
            await().until(() -> !watcher.frames().isEmpty());
            Answer held = client.book(anna, show, show.tickets(3)).expect(201);
            String booking = held.at("/bookingId");
            String kept = client.hold(ben, show, 7);
            client.pay(ben, kept, "pm_card_visa").expect(200);
            Instant end = Instant.parse(held.at("/expiresAt"));

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> expiredAt(show.ticket(3)).isPresent());
            assertThat(expiredAt(show.ticket(3)).orElseThrow())
                    .as("never freed early")
                    .isAfterOrEqualTo(end);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> client.statusOf(show, 3).equals("AVAILABLE"));
            assertThat(client.booking(anna, booking).at("/status")).isEqualTo("EXPIRED");
            assertThat(client.pay(anna, booking, "pm_card_visa").problem()).isEqualTo("410 hold-expired");
            assertThat(client.counts(show)).isEqualTo("29 available, 0 held, 1 sold");
            client.hold(ben, show, 3);

            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(watcher.storyOf(3)).startsWith(1, 0, 1));
            assertThat(watcher.storyOf(7)).endsWith(2);
            assertThat(watcher.frames().getFirst().path("type").asString()).isEqualTo("snapshot");
            assertThat(watcher.hasNoGap()).isTrue();
        }
    }

    /** When the store first says that a hold of this ticket has ended; looked up beside the program, which a look could wake. */
    private Optional<Instant> expiredAt(String ticketId) {
        return jdbc.sql("""
                        SELECT time_stamp FROM store.domain_event
                        WHERE aggregate_identifier = ? AND payload_type = 'ticket.TicketExpired'
                        ORDER BY sequence_number LIMIT 1
                        """)
                .param(ticketId)
                .query((row, _) -> row.getTimestamp(1).toInstant())
                .optional();
    }

    @Test
    void confirming_twice_charges_once() {
        Show show = show(Map.of());
        String booking = client.hold(anna, show, 0, 1);
        Answer first = client.pay(anna, booking, "pm_card_visa").expect(200);
        Answer second = client.pay(anna, booking, "pm_card_visa").expect(200);
        assertThat(second.at("/payment/paymentId")).isEqualTo(first.at("/payment/paymentId"));
        assertThat(second.at("/status")).isEqualTo("CONFIRMED");
        assertThat(payments(show, "CAPTURED")).isOne();
    }

    @Test
    void confirming_twenty_times_at_once_charges_once() throws Exception {
        Show show = show(Map.of());
        String booking = client.hold(anna, show, 0, 1);
        List<Answer> answers = atOnce(20, i -> client.pay(anna, booking, "pm_card_visa"));
        assertThat(answers).allSatisfy(answer -> {
            if (answer.status() != 200) {
                assertThat(answer.problem()).isEqualTo("409 payment-in-progress");
            }
        });
        assertThat(answers.stream().filter(answer -> answer.status() == 200)).isNotEmpty();
        assertThat(client.pay(anna, booking, "pm_card_visa").expect(200).at("/status"))
                .isEqualTo("CONFIRMED");
        assertThat(payments(show, "CAPTURED")).isOne();
        assertThat(jdbc.sql("SELECT count(*) FROM store.sandbox_payment WHERE booking_id = ?")
                        .param(booking)
                        .query(Integer.class)
                        .single())
                .isOne();
    }

    @Test
    void confirming_and_giving_back_at_once_has_one_outcome() throws Exception {
        Show show = show(Map.of());
        for (int seat = 0; seat < 5; seat++) {
            String booking = client.hold(anna, show, seat);
            List<Answer> answers = atOnce(
                    2,
                    i -> i == 0
                            ? client.pay(anna, booking, "pm_card_visa")
                            : client.delete("/v1/bookings/" + booking, anna));
            String status = client.booking(anna, booking).at("/status");
            if (answers.getFirst().status() == 200) {
                assertThat(status).isEqualTo("CONFIRMED");
                assertThat(answers.getLast().problem()).isIn("409 booking-closed", "409 payment-in-progress");
                assertThat(client.statusOf(show, seat)).isEqualTo("SOLD");
            } else {
                assertThat(status).isEqualTo("RELEASED");
                assertThat(answers.getFirst().problem()).isEqualTo("409 booking-closed");
                answers.getLast().expect(204);
                assertThat(client.statusOf(show, seat)).isEqualTo("AVAILABLE");
            }
        }
        assertThat(payments(show, "CAPTURED")).isEqualTo(client.myTickets(anna).size());
    }

    @Test
    void the_same_key_books_once_however_often_it_is_said() throws Exception {
        Show show = show(Map.of());
        Map<String, Object> wish = Map.of("eventId", show.id(), "bestAvailable", Map.of("quantity", 2));
        List<Answer> answers = atOnce(8, i -> client.post("/v1/bookings", anna, wish, "Idempotency-Key", "once"));
        assertThat(answers).allSatisfy(answer -> {
            if (answer.status() != 201) {
                assertThat(answer.problem()).isEqualTo("409 idempotency-key-in-flight");
            }
        });
        Answer repeated = client.post("/v1/bookings", anna, wish, "Idempotency-Key", "once")
                .expect(201);
        assertThat(repeated.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(client.counts(show)).isEqualTo("28 available, 2 held, 0 sold");
        assertThat(client.post(
                                "/v1/bookings",
                                anna,
                                Map.of("eventId", show.id(), "ticketIds", show.tickets(9)),
                                "Idempotency-Key",
                                "once")
                        .problem())
                .isEqualTo("422 idempotency-key-reused");
    }

    private interface Attempt {
        Answer make(int number);
    }

    private static List<Answer> atOnce(int times, Attempt attempt) throws Exception {
        try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Answer>> attempts = IntStream.range(0, times)
                    .mapToObj(i -> (Callable<Answer>) () -> attempt.make(i))
                    .toList();
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : crowd.invokeAll(attempts)) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    private int payments(Show show, String status) {
        return jdbc.sql("SELECT count(*) FROM store.sandbox_payment WHERE status = ? AND booking_id LIKE ?")
                .params(status, show.id() + "-%")
                .query(Integer.class)
                .single();
    }
}
