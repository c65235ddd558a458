package ticketing.api.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.problem.Problem;
import ticketing.api.start.TicketingSettings;

/** The limits of two nodes that settle in one database; here they settle when they are told to. */
class SharedLimitsTest {

    /** So slow that nothing comes back during a test. */
    private static final LimitSettings SETTINGS = new LimitSettings(
            new LimitSettings.Registration(1_000, 1, Duration.ofDays(1)),
            new LimitSettings.Login(1_000, 1, Duration.ofDays(1)),
            new LimitSettings.WrongPassword(10, 1, Duration.ofDays(1)),
            new LimitSettings.Booking(160, 1, Duration.ofDays(1)),
            new LimitSettings.Write(1_000, 1, Duration.ofDays(1)),
            new LimitSettings.Read(1_000, 1, Duration.ofDays(1)));

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedPostgres postgres;

    private final JdbcClient jdbc = JdbcClient.create(postgres.getPostgresDatabase());
    private final String who = UUID.randomUUID().toString();
    private final Limits here = node();
    private final Limits there = node();

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

    private Limits node() {
        return new Limits(
                new TicketingSettings(
                        Path.of("data"),
                        false,
                        true,
                        new TicketingSettings.Admin(null, null),
                        new TicketingSettings.Embedded(null)),
                SETTINGS,
                new SharedLimits(jdbc));
    }

    private void take(Limits node, Limit limit, int times) {
        for (int i = 0; i < times; i++) {
            node.take(limit, who);
        }
    }

    private void assertRefused(Limits node, Limit limit) {
        assertThatThrownBy(() -> node.take(limit, who)).isInstanceOf(Problem.class);
    }

    @Test
    void what_was_spent_at_one_node_is_spent_at_the_other() {
        take(here, Limit.WRONG_PASSWORD, 6);
        here.settle();
        take(there, Limit.WRONG_PASSWORD, 1);
        there.settle();
        take(there, Limit.WRONG_PASSWORD, 3);
        assertRefused(there, Limit.WRONG_PASSWORD);
        there.settle();
        take(here, Limit.WRONG_PASSWORD, 1);
        here.settle();
        assertRefused(here, Limit.WRONG_PASSWORD);
    }

    @Test
    void what_is_given_back_counts_nowhere() {
        for (int i = 0; i < 30; i++) {
            here.take(Limit.WRONG_PASSWORD, who);
            here.giveBack(Limit.WRONG_PASSWORD, who);
            here.settle();
        }
        take(there, Limit.WRONG_PASSWORD, 10);
    }

    @Test
    void what_was_overspent_between_two_settlements_is_paid_back() {
        take(here, Limit.WRONG_PASSWORD, 10);
        take(there, Limit.WRONG_PASSWORD, 10);
        here.settle();
        there.settle();
        assertThat(left()).isBetween(-10.0, -9.9);
        assertRefused(here, Limit.WRONG_PASSWORD);
        assertRefused(there, Limit.WRONG_PASSWORD);
    }

    @Test
    void who_asks_for_little_costs_the_database_nothing() {
        take(here, Limit.BOOKING, 9);
        here.settle();
        assertThat(jdbc.sql("SELECT count(*) FROM account.request_limit WHERE limited = 'BOOKING'")
                        .query(Long.class)
                        .single())
                .isZero();
        take(here, Limit.BOOKING, 1);
        here.settle();
        assertThat(left()).isBetween(150.0, 150.1);
        jdbc.sql("DELETE FROM account.request_limit").update();
    }

    @Test
    void nothing_is_forgotten_of_what_could_not_be_settled() {
        take(here, Limit.WRONG_PASSWORD, 6);
        jdbc.sql("ALTER TABLE account.request_limit RENAME TO away").update();
        assertThatThrownBy(here::settle).isInstanceOf(RuntimeException.class);
        jdbc.sql("ALTER TABLE account.away RENAME TO request_limit").update();
        take(here, Limit.WRONG_PASSWORD, 1);
        here.settle();
        assertThat(left()).isBetween(3.0, 3.1);
    }

    @Test
    void a_bucket_that_is_full_again_is_swept_away_and_no_other() {
        SharedLimits shared = new SharedLimits(jdbc);
        shared.settle(List.of(
                new SharedLimits.Spending(Limit.WRITE, "slow", new LimitSettings.Bucket(10, 1, Duration.ofDays(1)), 5),
                new SharedLimits.Spending(
                        Limit.WRITE, "quick", new LimitSettings.Bucket(10, 1_000_000, Duration.ofMillis(1)), 5)));
        shared.sweep(100);
        assertThat(jdbc.sql("SELECT tokens FROM account.request_limit WHERE limited = 'WRITE'")
                        .query(Double.class)
                        .list())
                .hasSize(1);
    }

    /** What the database says is left, of the limit that was settled last. */
    private double left() {
        return jdbc.sql("SELECT tokens FROM account.request_limit ORDER BY at DESC LIMIT 1")
                .query(Double.class)
                .single();
    }
}
