package ticketing.api.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.start.StartRefused;

/** Nodes on a real database, each with connections of its own. */
class NodesTest {

    private static final Duration NO_PATIENCE = Duration.ofMillis(300);

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedPostgres postgres;

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
        Flyway.configure()
                .dataSource(postgres.getPostgresDatabase())
                .outOfOrder(true)
                .load()
                .migrate();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void forget() {
        jdbc().sql("DELETE FROM store.token").update();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private static JdbcClient jdbc() {
        return JdbcClient.create(postgres.getPostgresDatabase());
    }

    private HikariDataSource connections() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(postgres.getJdbcUrl("postgres", "postgres"));
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(0);
        HikariDataSource pool = new HikariDataSource(config);
        open.add(pool);
        return pool;
    }

    private Nodes node(String name, boolean alone) {
        return node(new ThisNode(name, alone), connections());
    }

    private Nodes node(ThisNode self, HikariDataSource connections) {
        Nodes node = new Nodes(connections, self, NO_PATIENCE);
        open.add(node);
        node.start(false);
        return node;
    }

    private static void claim(String processor, String owner) {
        jdbc().sql("INSERT INTO store.token (processor_name, segment, owner) VALUES (?, 0, ?)")
                .params(processor, owner)
                .update();
    }

    private static List<String> owned() {
        return jdbc().sql("SELECT processor_name || ' ' || owner FROM store.token WHERE owner IS NOT NULL ORDER BY 1")
                .query(String.class)
                .list();
    }

    @Test
    void what_a_node_has_claimed_is_free_when_it_is_gone_and_not_before() {
        claim("catalogue", "one");
        claim("booking-view", "two");
        claim("seat-view", "never there");
        Nodes one = node("one", false);
        Nodes two = node("two", false);
        await().until(() -> two.others() == 1 && one.others() == 1);
        await().until(() -> owned().size() == 2);
        assertThat(owned()).containsExactly("booking-view two", "catalogue one");
        one.close();
        await().until(() -> owned().equals(List.of("booking-view two")));
        await().until(() -> two.others() == 0);
    }

    @Test
    void a_node_whose_connection_breaks_comes_back_under_its_name() {
        Nodes one = node("one", false);
        Nodes two = node("two", false);
        AtomicInteger lost = new AtomicInteger();
        one.onLost(lost::incrementAndGet);
        await().until(() -> one.others() == 1 && two.others() == 1);
        jdbc().sql(
                        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid::bigint = ? & 4294967295")
                .param((long) one.self().key())
                .query(Boolean.class)
                .list();
        await().until(() -> lost.get() > 0);
        await().until(() -> one.others() == 1 && two.others() == 1);
        claim("catalogue", "one");
        assertThatThrownBy(() -> node("one", false)).isInstanceOf(StartRefused.class);
        assertThat(owned()).containsExactly("catalogue one");
    }

    @Test
    void a_node_hears_how_far_the_others_have_come_and_not_itself() {
        Queue<String> heardByOne = new ConcurrentLinkedQueue<>();
        Queue<String> heardByTwo = new ConcurrentLinkedQueue<>();
        Nodes one = node("one", false);
        Nodes two = node("two", false);
        one.onNews((what, position) -> heardByOne.add(what + " " + position));
        two.onNews((what, position) -> heardByTwo.add(what + " " + position));
        await().until(() -> one.others() == 1 && two.others() == 1);
        one.tell(Nodes.HEAD, 7);
        one.tell("seat-view", 5);
        await().until(() -> heardByTwo.containsAll(List.of("head 7", "seat-view 5")));
        two.tell(Nodes.HEAD, 8);
        await().until(() -> heardByOne.contains("head 8"));
        assertThat(heardByOne).containsExactly("head 8");
    }

    @Test
    void two_nodes_cannot_have_the_same_name() {
        node("one", false);
        assertThatThrownBy(() -> node("one", false))
                .isInstanceOf(StartRefused.class)
                .hasMessage(
                        "Another process on this database is called one, too: give each its own ticketing.node, or none.");
    }

    @Test
    void who_is_configured_to_be_the_only_one_is_the_only_one() {
        Nodes sole = node("sole", true);
        assertThatThrownBy(() -> node("other", false))
                .isInstanceOf(StartRefused.class)
                .hasMessage(
                        "Another process uses this database and is configured to be its only one (ticketing.sole-writer).");
        sole.close();
        node("other", false);
        assertThatThrownBy(() -> node("sole", true))
                .isInstanceOf(StartRefused.class)
                .hasMessage(
                        "ticketing.sole-writer says that no other process uses this database, but another one does.");
    }
}
