package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import ticketing.projections.searchindex.SearchIndex;
import tools.jackson.databind.JsonNode;

/** The index is built anew, and sold seats are told, while people search. */
class IndexReplayTest extends IndexedPlatform {

    private static final int SHOWS = 60;

    @Autowired
    @SuppressWarnings("NullAway.Init")
    SearchIndex index;

    @Autowired
    @SuppressWarnings("NullAway.Init")
    ElasticsearchClient elasticsearch;

    @Test
    void every_answer_is_whole_before_during_and_after_a_replay() throws Exception {
        Person organizer = client.newPerson("ORGANIZER");
        String venue = client.newVenue(organizer, 5, 20, 100);
        for (int i = 0; i < SHOWS; i++) {
            client.newShow(organizer, venue, Map.of("name", "Evening " + i));
        }
        awaitElasticsearch();
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(everything(ELASTICSEARCH)).hasSizeGreaterThanOrEqualTo(SHOWS));
        Set<String> first = indices();

        Queue<String> faults = new ConcurrentLinkedQueue<>();
        Map<String, Integer> sources = new ConcurrentHashMap<>();
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean replaying = new AtomicBoolean(true);
        // Each another query, so that no answer is one that was kept.
        CompletableFuture<Void> searching = CompletableFuture.runAsync(() -> {
            while (replaying.get()) {
                Answer answer =
                        client.get("/v1/events/search?keyword=evening&maxPrice=" + (1_000 + asked.incrementAndGet()));
                sources.merge(answer.at("/source"), 1, Integer::sum);
                if (answer.status() != 200 || answer.json().path("total").asInt() != SHOWS) {
                    faults.add(answer.toString());
                }
            }
        });
        for (int round = 0; round < 3; round++) {
            int before = sources.getOrDefault(ELASTICSEARCH, 0);
            CompletableFuture<Void> rebuilt = index.rebuild();
            assertThat(rebuilt).succeedsWithin(LONGEST.toSeconds(), TimeUnit.SECONDS);
            await().atMost(LONGEST).until(() -> sources.getOrDefault(ELASTICSEARCH, 0) > before + 5);
        }
        replaying.set(false);
        searching.get();

        assertThat(faults).isEmpty();
        assertThat(indices()).hasSize(1).doesNotContainAnyElementsOf(first);

        // And the new one is written on with.
        Show show = client.newShow(organizer, venue, Map.of("name", "The last one"));
        await().atMost(LONGEST)
                .until(() -> client.get("/v1/events/search?keyword=last%20one")
                        .expect(200)
                        .at("/items/0/eventId")
                        .equals(show.id()));
    }

    @Test
    void what_is_sold_is_told_without_a_write_for_every_seat() throws Exception {
        Person organizer = client.newPerson("ORGANIZER");
        String venue = client.newVenue(organizer, 10, 20, 50);
        Show show = client.newShow(
                organizer,
                venue,
                Map.of(
                        "name",
                        "Rush",
                        "maxTicketsPerBooking",
                        50,
                        "prices",
                        Map.of("Stalls", Client.price("49.50"), "Floor", Client.price("30.00"))));
        awaitElasticsearch();
        await().atMost(LONGEST)
                .until(() -> rush().at("/minPrice/amount").asString("").equals("30.00"));
        long before = writes();
        int sold = 0;
        Person buyer = client.newBuyer();
        // The floor, which is the cheapest, entirely: the lowest price is the next one's from then on.
        for (int seat = 200; seat < 250; seat++) {
            client.hold(buyer, show, seat);
            sold++;
        }
        for (int seat = 0; seat < 150; seat++) {
            client.hold(buyer, show, seat);
            sold++;
        }
        int left = 250 - sold;
        await().atMost(LONGEST).until(() -> rush().path("available").asInt() == left);
        assertThat(rush().at("/minPrice/amount").asString("")).isEqualTo("49.50");
        assertThat(writes() - before).isBetween(1L, sold / 5L);
    }

    @Test
    void odd_searches_are_harmless() throws Exception {
        awaitElasticsearch();
        for (String path : OddSearches.paths()) {
            client.get(path).expect(200);
            if (path.startsWith("/v1/events/search")) {
                // A query that it refuses would be answered by the other one for ever.
                await(path)
                        .atMost(LONGEST)
                        .until(() -> client.get(path).expect(200).at("/source").equals(ELASTICSEARCH));
            }
        }
    }

    private JsonNode rush() {
        return client.get("/v1/events/search?keyword=rush&pageSize=1")
                .expect(200)
                .json()
                .at("/items/0");
    }

    private Set<String> indices() throws Exception {
        return Set.copyOf(elasticsearch
                .indices()
                .get(request -> request.index("shows-v*"))
                .indices()
                .keySet());
    }

    /** How many documents were ever written into the index that answers. */
    private long writes() throws Exception {
        List<Long> totals = elasticsearch.indices().stats(request -> request.index("shows")).indices().values().stream()
                .map(index -> index.primaries().indexing().indexTotal())
                .toList();
        return totals.getFirst();
    }
}
