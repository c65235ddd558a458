package ticketing.api.story;

import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = {"ticketing.demo=true", "ticketing.search.embedded=false"})
class PostgresJudgedQueriesTest extends JudgedQueries {

    @Override
    String source() {
        return "postgres";
    }
}
