package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;

/** Elasticsearch is killed while people search and buy. */
class SearchOutageTest extends IndexedPlatform {

    private static final int SEATS = 400;

    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Set<String> sources = ConcurrentHashMap.newKeySet();
    private final AtomicInteger booked = new AtomicInteger();

    @Test
    void buyers_do_not_notice_and_afterwards_both_indices_say_the_same() throws Exception {
        Person organizer = client.newPerson("ORGANIZER");
        String venue = client.newVenue(organizer, 20, 20, 100);
        List<Show> shows = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            shows.add(client.newShow(organizer, venue, Map.of("name", "Outage " + i)));
        }
        Show cancelledMeanwhile = shows.removeLast();
        awaitElasticsearch();
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(everything(ELASTICSEARCH)).hasSize(5));
        assertThat(server.server()).isPresent();

        AtomicBoolean open = new AtomicBoolean(true);
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                all.add(people.submit(() -> search(open)));
            }
            for (Show show : shows) {
                Person buyer = client.newBuyer();
                all.add(people.submit(() -> buy(open, buyer, show)));
            }
            await().atMost(LONGEST).until(() -> sources.contains(ELASTICSEARCH) && booked.get() > 20);

            server.server().orElseThrow().process().destroyForcibly();
            await().atMost(LONGEST).until(() -> sources.contains(POSTGRES));
            int before = booked.get();
            client.post("/v1/events/" + cancelledMeanwhile.id() + "/cancel", organizer, null)
                    .expect(200);
            Show published = client.newShow(organizer, venue, Map.of("name", "Published meanwhile"));
            await().atMost(LONGEST)
                    .until(() -> client.get("/v1/events/search?keyword=published%20meanwhile")
                            .expect(200)
                            .at("/items/0/eventId")
                            .equals(published.id()));
            await().atMost(LONGEST).until(() -> booked.get() > before + 20);
            open.set(false);
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(faults).isEmpty();

        // Nothing is sold any more. What PostgreSQL says now, the index has to say when it is back.
        AtomicReference<List<JsonNode>> told = new AtomicReference<>(List.of());
        await().atMost(LONGEST)
                .ignoreExceptionsMatching(AssertionError.class::isInstance)
                .until(() -> {
                    server.server().ifPresent(running -> running.process().destroyForcibly());
                    told.set(everything(POSTGRES));
                    return true;
                });
        List<JsonNode> last = Objects.requireNonNull(told.get());
        assertThat(last).hasSize(5);
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(everything(ELASTICSEARCH)).isEqualTo(last));
        for (JsonNode item : last) {
            String id = item.path("eventId").asString("");
            assertThat(client.get("/v1/events/" + id).expect(200).json().at("/availability/available"))
                    .isEqualTo(item.path("available"));
        }
    }

    private void search(AtomicBoolean open) {
        List<String> queries =
                List.of("keyword=outage", "keyword=outgae", "type=CONCERT&near=52.5,13.4", "sort=price", "");
        for (int i = 0; open.get(); i++) {
            note(client.get("/v1/events/search?" + queries.get(i % queries.size())));
            note(client.get("/v1/events/suggest?prefix=out"));
        }
    }

    private void note(Answer answer) {
        if (answer.status() != 200) {
            faults.add(answer.toString());
        } else if (!answer.at("/source").isEmpty()) {
            sources.add(answer.at("/source"));
        }
    }

    private void buy(AtomicBoolean open, Person buyer, Show show) {
        for (int seat = 0; open.get() && seat < SEATS; seat++) {
            Answer held = client.book(buyer, show, show.tickets(seat));
            if (held.status() != 201) {
                faults.add(held.toString());
                return;
            }
            if (seat % 3 == 0) {
                Answer paid = client.pay(buyer, held.at("/bookingId"), "pm_card_visa");
                if (paid.status() != 200) {
                    faults.add(paid.toString());
                }
            }
            booked.incrementAndGet();
        }
    }
}
