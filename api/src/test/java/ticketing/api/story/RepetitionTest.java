package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;

/** Who hears nothing, or only that nobody knows, says the same again; and it never happens twice. */
@Timeout(120)
class RepetitionTest extends Platform {

    private final String key = UUID.randomUUID().toString();

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private EventProcessingConfiguration processors;

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private PlatformTransactionManager transactions;

    @SuppressWarnings("NullAway.Init")
    private Person organizer;

    @SuppressWarnings("NullAway.Init")
    private Person anna;

    @SuppressWarnings("NullAway.Init")
    private Show show;

    @BeforeEach
    void people() {
        organizer = client.newPerson("ORGANIZER");
        anna = client.newBuyer();
        show = client.newShow(organizer, client.newVenue(organizer, 2, 10, 10), Map.of("holdSeconds", 3600));
    }

    private Answer book(int... seats) {
        return client.post(
                "/v1/bookings",
                anna,
                Map.of("eventId", show.id(), "ticketIds", show.tickets(seats)),
                "Idempotency-Key",
                key);
    }

    private Answer bookBest(int quantity) {
        return client.post(
                "/v1/bookings",
                anna,
                Map.of("eventId", show.id(), "bestAvailable", Map.of("quantity", quantity)),
                "Idempotency-Key",
                key);
    }

    /** While this runs the read model sees nothing. */
    private void without(String readModel, Runnable what) {
        StreamingEventProcessor processor = processors
                .eventProcessor(readModel, StreamingEventProcessor.class)
                .orElseThrow();
        processor.shutDown();
        try {
            what.run();
        } finally {
            processor.start();
        }
    }

    private long bookings() {
        return jdbc.sql(
                        "SELECT count(*) FROM store.domain_event WHERE payload_type = 'booking.BookingReserved' AND aggregate_identifier LIKE ?")
                .param(show.id() + "-b%")
                .query(Long.class)
                .single();
    }

    private void forget() {
        assertThat(jdbc.sql("DELETE FROM account.idempotency WHERE user_id = ?")
                        .param(anna.userId())
                        .update())
                .isEqualTo(1);
    }

    @Test
    void what_is_done_and_cannot_be_read_is_no_success_and_no_failure() {
        without("booking-view", () -> {
            Answer held = book(1);
            assertThat(held.problem()).isEqualTo("504 outcome-unknown");
            assertThat(held.at("/bookingId")).startsWith(show.id() + "-b");
            assertThat(book(1).at("/bookingId")).isEqualTo(held.at("/bookingId"));
            assertThat(book(1, 2).problem()).isEqualTo("422 idempotency-key-reused");
        });
        Answer held = book(1).expect(201);
        String bookingId = held.at("/bookingId");
        assertThat(bookings()).isEqualTo(1);
        without("booking-view", () -> {
            Answer paid = client.pay(anna, bookingId, "pm_card_visa");
            assertThat(paid.problem()).isEqualTo("504 outcome-unknown");
            assertThat(paid.at("/bookingId")).isEqualTo(bookingId);
        });
        assertThat(client.pay(anna, bookingId, "pm_card_visa").expect(200).at("/status"))
                .isEqualTo("CONFIRMED");
        without("seat-view", () -> {
            Answer refunded = client.post("/v1/bookings/" + bookingId + "/refund", organizer, null);
            assertThat(refunded.problem()).isEqualTo("504 outcome-unknown");
            assertThat(refunded.at("/bookingId")).isEqualTo(bookingId);
        });
        String second = client.hold(anna, show, 5);
        without(
                "seat-view",
                () -> assertThat(client.delete("/v1/bookings/" + second, anna).problem())
                        .isEqualTo("504 outcome-unknown"));
        client.delete("/v1/bookings/" + second, anna).expect(204);
    }

    @Test
    void what_cannot_be_read_is_unknown_after_a_write_and_unavailable_otherwise() {
        String bookingId = client.hold(anna, show, 0);
        new TransactionTemplate(transactions).executeWithoutResult(_ -> {
            // Only readers need it, and they give up before this does.
            jdbc.sql("LOCK TABLE view.venue IN ACCESS EXCLUSIVE MODE").update();
            Answer held = book(1);
            assertThat(held.problem()).isEqualTo("504 outcome-unknown");
            assertThat(held.at("/bookingId")).startsWith(show.id() + "-b");
            assertThat(client.get("/v1/bookings/" + bookingId, anna).problem()).isEqualTo("503 unavailable");
        });
        book(1).expect(201);
    }

    @Test
    void the_best_seats_are_those_of_the_first_time() {
        without("booking-view", () -> {
            Answer held = bookBest(2);
            assertThat(held.problem()).isEqualTo("504 outcome-unknown");
            assertThat(bookBest(2).at("/bookingId"))
                    .isEqualTo(held.at("/bookingId"))
                    .isNotEmpty();
        });
        bookBest(2).expect(201);
        assertThat(bookings()).isEqualTo(1);
        // Also when all the others are gone by now, and nobody remembers the key.
        Person ben = client.newBuyer();
        for (int quantity : List.of(8, 8, 8, 4)) {
            client.post(
                            "/v1/bookings",
                            ben,
                            Map.of("eventId", show.id(), "bestAvailable", Map.of("quantity", quantity)))
                    .expect(201);
        }
        forget();
        bookBest(2).expect(201);
        forget();
        assertThat(bookBest(3).problem()).isEqualTo("422 idempotency-key-reused");
    }

    @Test
    void a_key_that_nobody_remembers_still_names_its_booking() {
        String first = book(1).expect(201).at("/bookingId");
        forget();
        assertThat(book(1).expect(201).at("/bookingId")).isEqualTo(first);
        forget();
        assertThat(book(2).problem()).isEqualTo("422 idempotency-key-reused");
    }

    @Test
    void a_key_is_new_after_its_day() {
        // The same request was made under this key almost a day ago, and came to nothing.
        Answer elsewhere = client.post(
                        "/v1/bookings",
                        anna,
                        Map.of("eventId", show.id(), "ticketIds", show.tickets(1)),
                        "Idempotency-Key",
                        UUID.randomUUID().toString())
                .expect(201);
        client.delete("/v1/bookings/" + elsewhere.at("/bookingId"), anna).expect(204);
        jdbc.sql("""
                UPDATE account.idempotency SET key = ?, state = 'FREE', created_at = now() - interval '1439 minutes' WHERE user_id = ?
                """).params(key, anna.userId()).update();
        String first = book(1).expect(201).at("/bookingId");
        assertThat(book(2).problem()).isEqualTo("422 idempotency-key-reused");
        jdbc.sql("UPDATE account.idempotency SET created_at = created_at - interval '2 minutes' WHERE user_id = ?")
                .param(anna.userId())
                .update();
        Answer another = book(2).expect(201);
        assertThat(another.at("/bookingId")).isNotEqualTo(first);
        assertThat(another.at("/tickets/0/ticketId")).isEqualTo(show.ticket(2));
        assertThat(book(1).problem()).isEqualTo("422 idempotency-key-reused");
    }

    @Test
    void the_bank_is_satisfied_once() {
        String bookingId = client.hold(anna, show, 7);
        Answer waiting =
                client.pay(anna, bookingId, "pm_card_authenticationRequired").expect(202);
        String complete = "/v1/sandbox/payments/" + waiting.at("/payment/paymentId") + "/complete";
        Answer paid = client.post(complete, anna, null, "Idempotency-Key", key).expect(200);
        Answer again = client.post(complete, anna, null, "Idempotency-Key", key).expect(200);
        assertThat(again.text()).isEqualTo(paid.text());
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    }
}
