package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.story.Client.Person;

/**
 * The read models of a running program, to be built anew and compared.
 *
 * @param analyst who asks for it
 */
record ReadModelReplays(Client client, JdbcClient jdbc, Person analyst) {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** Builds one anew, and waits until it is done. */
    void replay(String name, Map<String, ?> how) {
        client.post("/v1/projections/" + name + "/replay", analyst, how).expect(202);
        await().atMost(LONGEST)
                .until(() -> !state(name).equals("WAITING") && !state(name).equals("RUNNING"));
        assertThat(state(name)).isEqualTo("DONE");
    }

    /** How far the last replay of it has come: WAITING, RUNNING, DONE, FAILED. */
    String state(String name) {
        return client.get("/v1/projections/" + name, analyst).expect(200).at("/replay/state");
    }

    /** Everything in all of them, as soon as all have taken in what has happened until now. */
    Map<String, Map<String, List<String>>> dumps() {
        // Nobody waits for the history; the dumps are to be of the same moment.
        long head = head();
        await().atMost(LONGEST)
                .until(() -> Dump.TABLES.keySet().stream()
                        .allMatch(name -> client.get("/v1/projections/" + name, analyst)
                                        .expect(200)
                                        .json()
                                        .path("position")
                                        .asLong()
                                >= head));
        Map<String, Map<String, List<String>>> dumps = new TreeMap<>();
        Dump.TABLES.keySet().forEach(name -> dumps.put(name, Dump.of(jdbc, name)));
        return dumps;
    }

    /** The position of the last event. */
    long head() {
        return jdbc.sql("SELECT position FROM store.event_head")
                .query(Long.class)
                .single();
    }
}
