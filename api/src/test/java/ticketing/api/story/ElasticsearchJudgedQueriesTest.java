package ticketing.api.story;

import org.springframework.test.context.TestPropertySource;

@TestPropertySource(
        properties = {
            "ticketing.demo=true",
            "ticketing.search.embedded=true",
            "ticketing.search.server.heap=256MB",
            "ticketing.search.server.jvm-options=-XX:TieredStopAtLevel=1"
        })
class ElasticsearchJudgedQueriesTest extends JudgedQueries {

    @Override
    String source() {
        return "elasticsearch";
    }
}
