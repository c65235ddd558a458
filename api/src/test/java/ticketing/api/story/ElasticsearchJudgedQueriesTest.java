package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import ticketing.messages.search.SentenceModel;

@TestPropertySource(
        properties = {
            "ticketing.demo=true",
            "ticketing.search.embedded=true",
            "ticketing.search.server.heap=256MB",
            "ticketing.search.server.jvm-options=-XX:TieredStopAtLevel=1"
        })
class ElasticsearchJudgedQueriesTest extends JudgedQueries {

    @Autowired
    @SuppressWarnings("NullAway.Init")
    ElasticsearchClient elasticsearch;

    @Autowired
    @SuppressWarnings("NullAway.Init")
    ObjectProvider<SentenceModel> model;

    @Override
    String source() {
        return "elasticsearch";
    }

    @Test
    void unless_it_is_switched_on_nothing_is_known_of_meanings() throws IOException {
        awaitSeason();
        assertThat(model.stream()).isEmpty();
        assertThat(elasticsearch
                        .count(request ->
                                request.index("shows").query(query -> query.exists(exists -> exists.field("meaning"))))
                        .count())
                .isZero();
        for (Judged judged : read("judged-sentences.txt")) {
            Client.Answer answer = found(judged.query());
            assertThat(answer.json().path("total").asInt()).as(judged.query()).isZero();
            assertThat(answer.json().has("matchedBy")).as(judged.query()).isFalse();
        }
    }
}
