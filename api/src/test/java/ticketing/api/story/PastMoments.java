package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;

/** A show as it was, as far as the program can tell afterwards. */
record PastMoments(Client client, JdbcClient jdbc, Show show, Person analyst) {

    /** The position of the last event of one of its tickets. */
    long last() {
        return jdbc.sql(
                        "SELECT max(position) FROM store.domain_event WHERE aggregate_identifier LIKE ? AND aggregate_type = 'Ticket'")
                .param(show.id() + "-%")
                .query(Long.class)
                .single();
    }

    /**
     * Sees that the map of a past moment is what somebody saw then who looked at it, and returns of how many moments it could be said.
     *
     * @param seen the maps by position, two bits a seat
     */
    int assertAre(Map<Long, byte[]> seen) {
        int compared = 0;
        for (Map.Entry<Long, byte[]> moment : seen.entrySet()) {
            Instant at = jdbc.sql("SELECT time_stamp FROM store.domain_event WHERE position = ?")
                    .param(moment.getKey())
                    .query((row, _) -> row.getTimestamp(1).toInstant())
                    .single();
            JsonNode then = client.get("/v1/events/" + show.id() + "/availability?at=" + at, analyst)
                    .expect(200)
                    .json();
            // Of one booking's tickets, which have one moment, a frame may have been made between.
            if (then.path("seq").asLong() == moment.getKey()) {
                assertThat(Base64.getDecoder().decode(then.path("statuses").asString("")))
                        .as("at " + at)
                        .isEqualTo(moment.getValue());
                compared++;
            }
        }
        return compared;
    }
}
