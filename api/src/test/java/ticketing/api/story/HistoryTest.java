package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;

/** What happened is told as it was. */
@Timeout(120)
class HistoryTest extends Platform {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int SEATS = 140;

    private Person analyst = new Person("", "");

    private Show show(Map<String, ?> more) {
        analyst = client.newPerson("ANALYST");
        Person organizer = client.newPerson("ORGANIZER");
        return client.newShow(organizer, client.newVenue(organizer, 5, 20, 40), more);
    }

    @Test
    void the_map_of_any_past_moment_is_what_a_subscriber_saw_then() {
        Show show = show(Map.of());
        try (Watcher watcher = Watcher.of(client, show)) {
            await().atMost(LONGEST).until(() -> !watcher.frames().isEmpty());
            Random chance = new Random(7);
            List<Person> buyers = List.of(client.newBuyer(), client.newBuyer());
            for (int round = 0; round < 60; round++) {
                Person buyer = buyers.get(round % 2);
                int seat = 2 * chance.nextInt(SEATS / 2);
                if (client.book(buyer, show, show.tickets(seat, seat + 1)).status() != 201) {
                    continue;
                }
                String booking =
                        client.get("/v1/bookings?limit=1", buyer).expect(200).at("/bookings/0/bookingId");
                if (chance.nextBoolean()) {
                    client.pay(buyer, booking, "pm_card_visa").expect(200);
                } else {
                    client.delete("/v1/bookings/" + booking, buyer).expect(204);
                }
            }
            PastMoments past = new PastMoments(client, jdbc, show, analyst);
            await().atMost(LONGEST).until(() -> watcher.maps().lastKey() >= past.last());
            int moments = watcher.maps().size();
            int compared = past.assertAre(watcher.maps());
            assertThat(compared).as("moments compared, of " + moments).isGreaterThanOrEqualTo(10);
            assertThat(client.get("/v1/events/" + show.id() + "/availability?at=" + Instant.now(), analyst)
                            .expect(200)
                            .at("/statuses"))
                    .isEqualTo(client.get("/v1/events/" + show.id() + "/availability", analyst)
                            .expect(200)
                            .at("/statuses"));
        }
    }

    private List<JsonNode> ledger(Show show, int seat) {
        List<JsonNode> lines = new ArrayList<>();
        client.get("/v1/events/" + show.id() + "/history?ticketId=" + show.ticket(seat), analyst)
                .expect(200)
                .json()
                .path("events")
                .forEach(lines::add);
        return lines;
    }

    private static List<String> told(List<JsonNode> lines) {
        return lines.stream()
                .map(line -> line.path("type").asString("") + " by "
                        + line.at("/cause/by").asString(""))
                .toList();
    }

    @Test
    void the_ledger_of_a_seat_says_who_and_why() {
        Show show = show(Map.of("holdSeconds", 1));
        Person buyer = client.newBuyer();
        client.hold(buyer, show, 3);
        await().atMost(LONGEST).until(() -> client.statusOf(show, 3).equals("AVAILABLE"));
        List<JsonNode> lines = ledger(show, 3);
        assertThat(told(lines)).containsExactly("ticket.TicketReserved by BUYER", "ticket.TicketExpired by DEADLINE");
        JsonNode held = lines.getFirst();
        JsonNode expired = lines.getLast();
        assertThat(held.at("/cause/buyer").asString("")).isEqualTo(buyer.userId());
        assertThat(held.at("/amount/amount").asString("")).isEqualTo("49.50");
        assertThat(expired.at("/cause/buyer").asString("")).isEqualTo(buyer.userId());
        assertThat(expired.at("/cause/deadline").asString(""))
                .isEqualTo(held.path("holdUntil").asString("?"));
        assertThat(expired.path("bookingId").asString(""))
                .isEqualTo(held.path("bookingId").asString("?"));

        Show slow = show(Map.of());
        String booking = client.hold(buyer, slow, 3);
        client.pay(buyer, booking, "pm_card_visa").expect(200);
        client.post("/v1/bookings/" + booking + "/refund", slow.organizer(), null)
                .expect(200);
        client.delete("/v1/bookings/" + client.hold(buyer, slow, 3), buyer).expect(204);
        await().atMost(LONGEST).until(() -> ledger(slow, 3).size() >= 5);
        assertThat(told(ledger(slow, 3)).stream().filter(line -> !line.contains("Retimed")))
                .containsExactly(
                        "ticket.TicketReserved by BUYER",
                        "ticket.TicketConfirmed by PAYMENT",
                        "ticket.TicketRefunded by ORGANIZER",
                        "ticket.TicketReserved by BUYER",
                        "ticket.TicketReleased by BUYER");
        assertThat(ledger(slow, 3).stream()
                        .filter(line -> line.path("type").asString("").equals("ticket.TicketConfirmed"))
                        .findFirst()
                        .orElseThrow()
                        .at("/cause/paymentId")
                        .asString(""))
                .isEqualTo(booking + ".p1");
    }

    @Test
    void the_history_of_an_event_has_everything_in_order_and_the_sales_add_up() {
        Show show = show(Map.of());
        Person buyer = client.newBuyer();
        String refunded = client.hold(buyer, show, 0, 1);
        client.pay(buyer, refunded, "pm_card_visa").expect(200);
        client.pay(buyer, client.hold(buyer, show, 100), "pm_card_visa").expect(200);
        client.post("/v1/bookings/" + refunded + "/refund", show.organizer(), null)
                .expect(200);
        client.delete("/v1/bookings/" + client.hold(buyer, show, 7), buyer).expect(204);

        JsonNode page = client.get("/v1/events/" + show.id() + "/history", analyst)
                .expect(200)
                .json();
        List<Long> positions = new ArrayList<>();
        page.path("events").forEach(line -> positions.add(line.path("position").asLong()));
        assertThat(positions)
                .isEqualTo(
                        jdbc.sql("""
                                SELECT position FROM store.domain_event
                                WHERE aggregate_identifier = :show OR aggregate_identifier LIKE :show || '-%' ORDER BY 1
                                """).param("show", show.id()).query(Long.class).list());
        assertThat(page.at("/events/0/type").asString("")).isEqualTo("show.ShowDrafted");
        long middle = positions.get(positions.size() / 2);
        assertThat(client.get("/v1/events/" + show.id() + "/history?cursor=" + middle, analyst)
                        .expect(200)
                        .json()
                        .at("/events/0/position")
                        .asLong())
                .isGreaterThan(middle);

        JsonNode sales = client.get("/v1/events/" + show.id() + "/sales?bucket=day", analyst)
                .expect(200)
                .json();
        long[] sums = new long[5];
        for (JsonNode bucket : sales.path("buckets")) {
            int i = 0;
            for (String name : List.of("reserved", "confirmed", "expired", "released", "refunded")) {
                sums[i++] += bucket.path(name).asLong();
            }
        }
        assertThat(sums).containsExactly(4, 3, 0, 1, 2);
        assertThat(sales.at("/buckets/0/revenue/amount").asString("")).isEqualTo("30.00");

        JsonNode timeline = client.get("/v1/events/" + show.id() + "/timeline", show.organizer())
                .expect(200)
                .json();
        assertThat(timeline.path("kinds").get(0).asInt()).isEqualTo(2);
        assertThat(timeline.path("seats")).hasSameSizeAs(timeline.path("kinds"));
        long position = 0;
        for (JsonNode step : timeline.path("positions")) {
            position += step.asLong();
        }
        assertThat(position)
                .isEqualTo(jdbc.sql(
                                "SELECT max(position) FROM store.domain_event WHERE aggregate_identifier LIKE ? AND aggregate_type = 'Ticket'")
                        .param(show.id() + "-%")
                        .query(Long.class)
                        .single());
    }

    @Test
    void a_seat_to_which_nothing_has_happened_has_an_empty_ledger_and_one_that_there_is_not_has_none() {
        Show show = show(Map.of());
        assertThat(ledger(show, SEATS - 1)).isEmpty();
        String path = "/v1/events/" + show.id() + "/history?ticketId=";
        for (String seat : List.of(show.ticket(SEATS), show.ticket(9_999_999), show.ticket(SEATS) + "&cursor=7")) {
            Answer none = client.get(path + seat, analyst);
            assertThat(none.problem()).as(seat).isEqualTo("404 ticket-not-found");
            assertThat(none.at("/ticketIds/0")).isEqualTo(seat.replaceAll("&.*", ""));
        }
        Show draft = client.newDraft(show.organizer(), client.newVenue(show.organizer(), 1, 2, 2), Map.of());
        assertThat(client.get("/v1/events/" + draft.id() + "/history?ticketId=" + draft.ticket(0), analyst)
                        .problem())
                .isEqualTo("404 ticket-not-found");
    }

    @Test
    void whoever_asks_for_seats_before_there_were_any_is_told_since_when_there_are() {
        Show show = show(Map.of());
        String path = "/v1/events/" + show.id() + "/availability?at=";
        Answer before = client.get(path + "2020-01-01T00:00:00Z", show.organizer());
        assertThat(before.problem()).isEqualTo("404 event-not-found");
        String published = before.at("/publishedAt");
        assertThat(before.at("/detail"))
                .isEqualTo("The event was published at " + published + " and had no seats before.");
        client.get(path + published, show.organizer()).expect(200);
        assertThat(client.get(path + Instant.parse(published).minusNanos(1_000), analyst)
                        .at("/publishedAt"))
                .isEqualTo(published);

        Show draft = client.newDraft(show.organizer(), client.newVenue(show.organizer(), 1, 2, 2), Map.of());
        Answer never = client.get("/v1/events/" + draft.id() + "/availability?at=" + Instant.now(), analyst);
        assertThat(never.problem()).isEqualTo("404 event-not-found");
        assertThat(never.at("/detail")).isEqualTo("The event is not published yet and has no seats.");

        // Whose event it is not learns nothing, and an event that there is not is as before.
        Person rival = client.newPerson("ORGANIZER");
        for (Answer nothing : List.of(
                client.get(path + "2020-01-01T00:00:00Z", rival),
                client.get("/v1/events/nothing/availability?at=2020-01-01T00:00:00Z", analyst))) {
            assertThat(nothing.problem()).isEqualTo("404 event-not-found");
            assertThat(nothing.at("/detail")).isEqualTo("There is no such event.");
            assertThat(nothing.at("/publishedAt")).isEmpty();
        }
        assertThat(client.get(path + "2999-01-01T00:00:00Z", analyst).at("/detail"))
                .contains("at")
                .contains("lies in the future");
        assertThat(client.get(path + "yesterday", analyst).at("/detail"))
                .isEqualTo("at must be an instant such as 2026-01-31T19:30:00Z");
    }

    @Test
    void only_those_who_may_look_back() {
        Show show = show(Map.of());
        Person buyer = client.newBuyer();
        Person rival = client.newPerson("ORGANIZER");
        for (String what : List.of("history", "sales", "timeline")) {
            String path = "/v1/events/" + show.id() + "/" + what;
            assertThat(client.get(path).problem()).isEqualTo("401 unauthenticated");
            assertThat(client.get(path, buyer).problem()).isEqualTo("403 forbidden");
            assertThat(client.get("/v1/events/nothing/" + what, analyst).problem())
                    .isEqualTo("404 event-not-found");
            client.get(path, client.admin()).expect(200);
        }
        assertThat(client.get("/v1/events/" + show.id() + "/timeline", rival).problem())
                .isEqualTo("404 event-not-found");
        assertThat(client.get("/v1/events/" + show.id() + "/history", show.organizer())
                        .problem())
                .isEqualTo("403 forbidden");
        assertThat(client.get("/v1/events/" + show.id() + "/history?cursor=x", analyst)
                        .problem())
                .isEqualTo("400 validation-failed");
        assertThat(client.get("/v1/events/" + show.id() + "/sales?bucket=year", analyst)
                        .problem())
                .isEqualTo("400 validation-failed");
        assertThat(client.get("/v1/events/" + show.id() + "/history?ticketId=another-1", analyst)
                        .problem())
                .isEqualTo("404 ticket-not-found");
    }
}
