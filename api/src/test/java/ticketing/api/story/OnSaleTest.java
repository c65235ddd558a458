package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;

/** Everybody wants the same seats at the same moment. */
class OnSaleTest extends Platform {

    private static final int BUYERS = 200;
    private static final int SEATS = 50;
    private static final int SEATED = 40;
    private static final int WISHES = 5;

    /** @param bookingId empty if this buyer got nothing */
    private record Outcome(Person buyer, String bookingId, List<String> tickets, int refusals) {
        boolean won() {
            return !bookingId.isEmpty();
        }
    }

    @Test
    @Timeout(180)
    void two_hundred_buyers_fight_for_fifty_seats_and_every_seat_is_sold_once() throws Exception {
        Person organizer = client.newPerson("ORGANIZER");
        Show show = client.newShow(
                organizer, client.newVenue(organizer, 4, SEATED / 4, SEATS - SEATED), Map.of("holdSeconds", 600));

        List<Outcome> outcomes = new ArrayList<>();
        try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Person> buyers = new ArrayList<>();
            for (Future<Person> registered : crowd.invokeAll(IntStream.range(0, BUYERS)
                    .mapToObj(_ -> (java.util.concurrent.Callable<Person>) () -> client.newBuyer())
                    .toList())) {
                buyers.add(registered.get());
            }
            CountDownLatch doors = new CountDownLatch(1);
            List<Future<Outcome>> running = IntStream.range(0, BUYERS)
                    .mapToObj(i -> crowd.submit(() -> {
                        doors.await();
                        return fight(buyers.get(i), show, new Random(i));
                    }))
                    .toList();
            doors.countDown();
            for (Future<Outcome> one : running) {
                outcomes.add(one.get());
            }
        }

        List<Outcome> winners = outcomes.stream().filter(Outcome::won).toList();
        List<Outcome> losers = outcomes.stream().filter(one -> !one.won()).toList();
        assertThat(losers).hasSizeGreaterThanOrEqualTo(BUYERS - SEATS).allSatisfy(loser -> {
            assertThat(loser.refusals()).isPositive();
            assertThat(client.myTickets(loser.buyer())).isEmpty();
        });

        // The API: what the winners were told adds up to the house, without one seat twice.
        List<String> sold =
                winners.stream().flatMap(one -> one.tickets().stream()).toList();
        assertThat(sold).hasSize(SEATS).doesNotHaveDuplicates();
        BigDecimal paid = BigDecimal.ZERO;
        for (Outcome winner : winners) {
            List<JsonNode> mine = client.myTickets(winner.buyer());
            assertThat(mine.stream().map(ticket -> ticket.path("ticketId").asString()))
                    .containsExactlyInAnyOrderElementsOf(winner.tickets());
            Answer booking = client.booking(winner.buyer(), winner.bookingId());
            assertThat(booking.at("/status")).isEqualTo("CONFIRMED");
            assertThat(booking.at("/payment/status")).isEqualTo("CAPTURED");
            paid = paid.add(new BigDecimal(booking.at("/total/amount")));
        }
        BigDecimal house = new BigDecimal("49.50")
                .multiply(BigDecimal.valueOf(SEATED))
                .add(new BigDecimal("30.00").multiply(BigDecimal.valueOf(SEATS - SEATED)));
        assertThat(paid).isEqualByComparingTo(house);

        // The view.
        assertThat(client.counts(show)).isEqualTo("0 available, 0 held, 50 sold");
        JsonNode sections =
                client.get("/v1/events/" + show.id()).expect(200).json().path("sections");
        assertThat(sections.get(0).path("sold").asInt()).isEqualTo(SEATED);
        assertThat(sections.get(1).path("sold").asInt()).isEqualTo(SEATS - SEATED);
        assertThat(client.get("/v1/events/" + show.id() + "/tickets?status=SOLD")
                        .expect(200)
                        .json()
                        .path("tickets"))
                .hasSize(SEATS);

        // The event store.
        assertThat(eventsOf(show, "ticket.TicketConfirmed")).isEqualTo(SEATS);
        assertThat(jdbc.sql("""
                        SELECT count(DISTINCT aggregate_identifier) FROM store.domain_event
                        WHERE payload_type = 'ticket.TicketConfirmed' AND aggregate_identifier LIKE ?
                        """).param(show.id() + "-%").query(Integer.class).single())
                .isEqualTo(SEATS);
        assertThat(eventsOf(show, "booking.BookingConfirmed")).isEqualTo(winners.size());
        // Nobody gave anything back, so every seat was also held exactly once.
        assertThat(eventsOf(show, "ticket.TicketReserved")).isEqualTo(SEATS);
        assertThat(eventsOf(show, "booking.BookingReserved")).isEqualTo(winners.size());

        // The bank.
        assertThat(jdbc.sql(
                                "SELECT sum(amount) FROM store.sandbox_payment WHERE status = 'CAPTURED' AND booking_id LIKE ?")
                        .param(show.id() + "-%")
                        .query(BigDecimal.class)
                        .single())
                .isEqualByComparingTo(house.movePointRight(2));
        assertThat(jdbc.sql(
                                "SELECT count(*) FROM store.sandbox_payment WHERE status = 'CAPTURED' AND booking_id LIKE ?")
                        .param(show.id() + "-%")
                        .query(Integer.class)
                        .single())
                .isEqualTo(winners.size());
    }

    private int eventsOf(Show show, String type) {
        return jdbc.sql(
                        "SELECT count(*) FROM store.domain_event WHERE payload_type = ? AND aggregate_identifier LIKE ?")
                .params(type, show.id() + "-%")
                .query(Integer.class)
                .single();
    }

    /** Tries a few groups of seats, then whatever is left, until there is something to pay for or nothing to be had. */
    private Outcome fight(Person buyer, Show show, Random random) {
        int refusals = 0;
        for (int i = 0; i < WISHES; i++) {
            int first = random.nextInt(SEATS);
            List<String> wish = IntStream.range(first, Math.min(SEATS, first + 1 + random.nextInt(4)))
                    .mapToObj(show::ticket)
                    .toList();
            Answer answer = client.book(buyer, show, wish);
            if (answer.status() == 201) {
                return paid(buyer, answer, wish, refusals);
            }
            refusals += refused(answer, wish);
        }
        while (true) {
            List<String> left = new ArrayList<>();
            client.get("/v1/events/" + show.id() + "/tickets?status=AVAILABLE")
                    .expect(200)
                    .json()
                    .path("tickets")
                    .forEach(ticket -> left.add(ticket.path("ticketId").asString("")));
            if (left.isEmpty()) {
                return new Outcome(buyer, "", List.of(), refusals);
            }
            List<String> wish = List.of(left.get(random.nextInt(left.size())));
            Answer answer = client.book(buyer, show, wish);
            if (answer.status() == 201) {
                return paid(buyer, answer, wish, refusals);
            }
            refusals += refused(answer, wish);
        }
    }

    private Outcome paid(Person buyer, Answer reserved, List<String> wish, int refusals) {
        List<String> got = new ArrayList<>();
        reserved.json()
                .path("tickets")
                .forEach(ticket -> got.add(ticket.path("ticketId").asString("")));
        assertThat(got).as("all or nothing").isEqualTo(wish);
        String bookingId = reserved.at("/bookingId");
        Answer paid = client.pay(buyer, bookingId, "pm_card_visa").expect(200);
        assertThat(paid.at("/status")).isEqualTo("CONFIRMED");
        return new Outcome(buyer, bookingId, got, refusals);
    }

    private static int refused(Answer answer, List<String> wish) {
        assertThat(answer.problem()).isEqualTo("409 seat-taken");
        Set<String> taken = new HashSet<>();
        answer.json().path("ticketIds").forEach(ticket -> taken.add(ticket.asString("")));
        assertThat(taken).isNotEmpty();
        assertThat(wish).containsAll(taken);
        return 1;
    }
}
