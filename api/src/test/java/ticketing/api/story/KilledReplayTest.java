package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;

/** The program is killed in the middle of a replay, and goes on with it when it is started again; so does a consumer of the feed. */
@Timeout(180)
class KilledReplayTest {

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int PIECE = 10;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS) // a server that a failed test left running still writes there
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Client client;

    @SuppressWarnings("NullAway.Init")
    private JdbcClient jdbc;

    private OwnProgram start() throws IOException {
        OwnProgram program = OwnProgram.start(directory, "--ticketing.replay.positions-a-piece=" + PIECE);
        client = program.client();
        jdbc = JdbcClient.create(program.database());
        return program;
    }

    @Test
    void a_replay_that_was_killed_goes_on_where_it_was() throws Exception {
        Map<String, List<String>> before;
        List<Long> heard;
        long next;
        try (OwnProgram program = start()) {
            Person organizer = client.newPerson("ORGANIZER");
            Show show = client.newShow(organizer, client.newVenue(organizer, 5, 20, 40), Map.of());
            Person buyer = client.newBuyer();
            for (int seat = 0; seat < 20; seat += 2) {
                client.pay(buyer, client.hold(buyer, show, seat, seat + 1), "pm_card_visa")
                        .expect(200);
            }
            Person admin = client.admin();
            before = Dump.of(jdbc, "seat-view");
            heard = positions(client.get("/v1/feed?limit=40", admin).expect(200));
            next = heard.getLast() + 1;
            // Each piece after the third takes longer than anybody waits.
            jdbc.sql("""
                    CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN IF new.position > 30 AND old.position < new.position THEN PERFORM pg_sleep(4); END IF; RETURN new; END $$
                    """).update();
            jdbc.sql("CREATE TRIGGER slow BEFORE UPDATE ON view.replay FOR EACH ROW EXECUTE FUNCTION public.slow()")
                    .update();
            client.post("/v1/projections/seat-view/replay", admin, null).expect(202);
            await().atMost(LONGEST)
                    .until(() -> client.get("/v1/projections/seat-view", admin)
                                    .json()
                                    .at("/replay/position")
                                    .asLong()
                            == 3 * PIECE);
            assertThat(Dump.of(jdbc, "seat-view"))
                    .as("the present one while a new one is being built")
                    .isEqualTo(before);
            program.process().kill();
        }
        try (OwnProgram program = start()) {
            jdbc.sql("DROP TRIGGER IF EXISTS slow ON view.replay").update();
            Person admin = client.admin();
            await().atMost(LONGEST)
                    .until(() -> client.get("/v1/projections/seat-view", admin)
                            .at("/replay/state")
                            .equals("DONE"));
            assertThat(jdbc.sql("SELECT resumed_position FROM view.replay")
                            .query(Long.class)
                            .single())
                    .as("where it went on")
                    .isEqualTo(3L * PIECE);
            assertThat(Dump.of(jdbc, "seat-view")).isEqualTo(before);
            List<Long> rest =
                    positions(client.get("/v1/feed?from=" + next, admin).expect(200));
            assertThat(heard.getFirst()).isEqualTo(1);
            assertThat(rest.getFirst()).isEqualTo(next);
            assertThat(rest.getLast())
                    .isEqualTo(jdbc.sql("SELECT position FROM store.event_head")
                            .query(Long.class)
                            .single());
            program.end();
        }
    }

    private static List<Long> positions(Client.Answer page) {
        return page.json()
                .path("events")
                .valueStream()
                .map(event -> event.path("position").asLong())
                .toList();
    }
}
