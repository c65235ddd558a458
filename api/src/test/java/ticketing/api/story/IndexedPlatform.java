package ticketing.api.story;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import ticketing.api.embedded.EmbeddedSearch;
import ticketing.api.story.Client.Answer;
import tools.jackson.databind.JsonNode;

/** The program with an Elasticsearch beside it. It is stopped with the test class: two of them at once are more than a small machine has to give. */
@TestPropertySource(
        properties = {
            "ticketing.search.embedded=true",
            "ticketing.search.server.heap=256MB",
            "ticketing.search.server.jvm-options=-XX:TieredStopAtLevel=1"
        })
@DirtiesContext
abstract class IndexedPlatform extends Platform {

    static final String ELASTICSEARCH = "elasticsearch";
    static final String POSTGRES = "postgres";

    static final Duration LONGEST = Duration.ofMinutes(2);

    @Autowired
    @SuppressWarnings("NullAway.Init")
    EmbeddedSearch server;

    void awaitElasticsearch() {
        await().atMost(LONGEST)
                .until(() -> client.get("/v1/events/search?pageSize=1")
                        .expect(200)
                        .at("/source")
                        .equals(ELASTICSEARCH));
    }

    /** Everything that can be found, page by page, as this index has it. */
    List<JsonNode> everything(String source) {
        List<JsonNode> items = new ArrayList<>();
        int total;
        int page = 0;
        do {
            Answer answer = client.get("/v1/events/search?sort=date&pageSize=100&page=" + page)
                    .expect(200);
            if (!answer.at("/source").equals(source)) {
                throw new AssertionError("answered by " + answer.at("/source") + " instead of " + source);
            }
            total = answer.json().path("total").asInt();
            answer.json().path("items").forEach(items::add);
            page++;
        } while (page * 100 < total);
        if (items.size() != total) {
            throw new AssertionError("told of " + total + " and gave " + items.size());
        }
        return items;
    }
}
