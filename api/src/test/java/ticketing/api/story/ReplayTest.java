package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import ticketing.api.commandline.CommandLine;
import ticketing.api.story.Client.Answer;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;

/** Read models are built anew while the program runs. */
@Timeout(120)
class ReplayTest extends Platform {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    @Autowired
    @SuppressWarnings("NullAway.Init")
    DataSource database;

    private Person analyst = new Person("", "");

    private Show sold() {
        analyst = client.newPerson("ANALYST");
        Person organizer = client.newPerson("ORGANIZER");
        Show show = client.newShow(organizer, client.newVenue(organizer, 5, 20, 40), Map.of());
        Person buyer = client.newBuyer();
        for (int seat = 0; seat < 60; seat += 3) {
            String booking = client.hold(buyer, show, seat, seat + 1);
            switch (seat % 4) {
                case 0 -> client.pay(buyer, booking, "pm_card_visa").expect(200);
                case 1 -> client.delete("/v1/bookings/" + booking, buyer).expect(204);
                case 2 -> {
                    client.pay(buyer, booking, "pm_card_visa").expect(200);
                    client.post("/v1/bookings/" + booking + "/refund", organizer, null)
                            .expect(200);
                }
                default -> client.pay(buyer, booking, "pm_card_chargeDeclined").expect(402);
            }
        }
        return show;
    }

    private ReadModelReplays replays() {
        return new ReadModelReplays(client, jdbc, analyst);
    }

    private List<String> effects() {
        return jdbc.sql("""
                        SELECT 'event ' || position FROM store.domain_event
                        UNION ALL SELECT 'deadline ' || id || due_at FROM store.deadline
                        UNION ALL SELECT 'payment ' || payment_id || status || updated_at FROM store.sandbox_payment
                        ORDER BY 1
                        """).query(String.class).list();
    }

    @Test
    void every_read_model_is_the_same_byte_by_byte_after_a_replay_and_nothing_else_has_happened() {
        sold();
        long middle = replays().head();
        // Made after that, and nothing has happened to it since.
        client.hold(client.newBuyer(), sold(), 100);
        Map<String, Map<String, List<String>>> before = replays().dumps();
        List<String> effects = effects();

        for (String name : Dump.TABLES.keySet()) {
            replays().replay(name, Map.of());
            assertThat(Dump.of(jdbc, name)).as(name).isEqualTo(before.get(name));
            replays().replay(name, Map.of("from", middle));
            assertThat(Dump.of(jdbc, name)).as(name + " from the middle").isEqualTo(before.get(name));
        }

        assertThat(effects()).isEqualTo(effects);
        assertThat(jdbc.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'replay%'")
                        .query(String.class)
                        .list())
                .isEmpty();
        Answer all = client.get("/v1/projections", analyst).expect(200);
        assertThat(all.json().path("projections")).hasSize(Dump.TABLES.size());
        assertThat(all.at("/projections/0/replay/percent")).isEqualTo("100.0");
    }

    @Test
    void a_damaged_read_model_is_mended_and_its_readers_are_told_the_truth_at_once() {
        Show show = sold();
        String truth = client.counts(show);
        jdbc.sql("UPDATE view.section SET sold = 7 WHERE show_id = ?")
                .param(show.id())
                .update();
        jdbc.sql("UPDATE view.seat SET status = 2 WHERE show_id = ?")
                .param(show.id())
                .update();
        // Something happens, so that answers that were kept are made anew from what is wrong.
        client.hold(
                client.newBuyer(),
                client.newShow(show.organizer(), client.newVenue(show.organizer(), 1, 2, 2), Map.of()),
                0);
        assertThat(client.counts(show)).isNotEqualTo(truth);

        replays().replay("seat-view", Map.of());

        assertThat(client.counts(show)).isEqualTo(truth);
    }

    @Test
    void while_tickets_are_sold_none_is_lost() throws Exception {
        Show show = sold();
        AtomicBoolean selling = new AtomicBoolean(true);
        CompletableFuture<Integer> sale = CompletableFuture.supplyAsync(() -> {
            Person buyer = client.newBuyer();
            int held = 0;
            while (selling.get() && held < 40) {
                // Told and read: a replay that forgot it, or a writer that waits for one, would be seen here.
                String booking = client.hold(buyer, show, 100 + held++);
                client.booking(buyer, booking);
            }
            return held;
        });
        for (int round = 0; round < 3; round++) {
            replays().replay("seat-view", Map.of());
            replays().replay("booking-view", Map.of());
        }
        selling.set(false);
        int held = sale.get();
        assertThat(held).isPositive();
        Map<String, Map<String, List<String>>> after = replays().dumps();
        for (String name : Dump.TABLES.keySet()) {
            replays().replay(name, Map.of());
            assertThat(Dump.of(jdbc, name)).as(name).isEqualTo(after.get(name));
        }
        assertThat(jdbc.sql("SELECT count(*) FROM view.seat WHERE show_id = ? AND seat >= 100 AND status = 1")
                        .param(show.id())
                        .query(Integer.class)
                        .single())
                .isEqualTo(held);
    }

    @Test
    void a_second_replay_of_the_same_is_refused_while_one_is_under_way() throws SQLException {
        sold();
        try (Connection other = database.getConnection();
                Statement statement = other.createStatement()) {
            // As another process would that carries it out.
            statement.execute("SELECT pg_advisory_lock(1919250540, " + "seat-view".hashCode() + ")");
            Answer first = client.post("/v1/projections/seat-view/replay", analyst, null);
            assertThat(first.expect(202).at("/replay/state")).isEqualTo("WAITING");
            Answer second = client.post("/v1/projections/seat-view/replay", analyst, Map.of());
            assertThat(second.problem()).isEqualTo("409 replay-running");
            assertThat(second.at("/replay/state")).isEqualTo("WAITING");
            statement.execute("SELECT pg_advisory_unlock(1919250540, " + "seat-view".hashCode() + ")");
        }
        await().atMost(LONGEST).until(() -> replays().state("seat-view").equals("DONE"));
    }

    @Test
    void what_cannot_be_replayed_is_refused() {
        sold();
        Person buyer = client.newBuyer();
        assertThat(client.post("/v1/projections/nothing/replay", analyst, null).problem())
                .isEqualTo("404 projection-not-found");
        assertThat(client.get("/v1/projections/nothing", analyst).problem()).isEqualTo("404 projection-not-found");
        for (long from : new long[] {0, -1, replays().head() + 1_000_000}) {
            assertThat(client.post("/v1/projections/seat-view/replay", analyst, Map.of("from", from))
                            .problem())
                    .isEqualTo("400 validation-failed");
        }
        assertThat(client.get("/v1/projections/nothing", analyst).at("/detail"))
                .isEqualTo("No read model has this name; there are "
                        + String.join(", ", new TreeSet<>(Dump.TABLES.keySet())) + ".");
        assertThat(client.post("/v1/projections/seat-view/replay", analyst, Map.of("from", 0))
                        .at("/detail"))
                .startsWith("from lies between 1 and ");
        for (String from : List.of("\"start\"", "1.5", "true", "[1]")) {
            assertThat(client.post("/v1/projections/seat-view/replay", analyst, "{\"from\": " + from + "}")
                            .at("/detail"))
                    .as(from)
                    .isEqualTo("from must be a whole number");
        }
        assertThat(client.post("/v1/projections/seat-view/replay", analyst, "[1]")
                        .at("/detail"))
                .isEqualTo("The body must be an object.");
        assertThat(client.post("/v1/projections/seat-view/replay", analyst, Map.of("until", 7))
                        .problem())
                .isEqualTo("400 validation-failed");
        assertThat(client.post("/v1/projections/seat-view/replay", buyer, null).problem())
                .isEqualTo("403 forbidden");
        assertThat(client.post("/v1/projections/seat-view/replay", null, null).problem())
                .isEqualTo("401 unauthenticated");
        assertThat(client.get("/v1/projections").problem()).isEqualTo("401 unauthenticated");
    }

    @Test
    void the_command_line_says_what_stands_against_it() {
        assertThat(said(2, "reply")).contains("There is no command reply.").contains("replay NAME");
        assertThat(said(0, "--help")).contains("replay NAME");
        assertThat(CommandLine.isMeant("reply")).isTrue();
        assertThat(CommandLine.isMeant("--server.port=0")).isFalse();
        assertThat(said(2, "replay")).contains("Name one read model.").contains("replay NAME");
        assertThat(said(2, "replay", "seat-view", "--form", "7")).contains("There is no option --form.");
        assertThat(said(2, "replay", "seat-view", "--server", client.address().toString(), "--data-dir", "nowhere"))
                .contains("TICKETING_ADMIN_PASSWORD");
    }

    @Test
    void the_command_line_waits_until_it_is_done(@TempDir Path data) throws IOException {
        sold();
        // As the embedded default has it.
        Files.writeString(data.resolve("admin-password"), "a long password" + System.lineSeparator());
        client.post(
                        "/v1/users",
                        null,
                        Map.of("email", "admin@demo.example", "password", "a long password", "name", "Administrator"))
                .expect(201);
        Person demo = client.login("admin@demo.example", "a long password");
        client.put("/v1/users/" + demo.userId() + "/roles", client.admin(), Map.of("roles", List.of("ADMIN")))
                .expect(200);
        try {
            String[] where = {"--server", client.address().toString(), "--data-dir", data.toString()};
            assertThat(said(0, "replay", "seat-view", where[0], where[1], where[2], where[3]))
                    .contains("seat-view is built anew from "
                            + String.format(Locale.ROOT, "%,d", replays().head()) + " events");
            assertThat(said(2, "replay", "no-view", where[0], where[1], where[2], where[3]))
                    .contains("No read model has this name; there are booking-view, ");
        } finally {
            client.delete("/v1/users/me", client.login("admin@demo.example", "a long password"))
                    .expect(204);
        }
    }

    private static String said(int exitCode, String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        assertThat(CommandLine.run(out, out, arguments)).isEqualTo(exitCode);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
