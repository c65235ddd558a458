package ticketing.command.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.ScopeAware;
import org.axonframework.messaging.ScopeDescriptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.command.PolicyScope;
import ticketing.command.TestDatabase;
import ticketing.command.eventstore.EventSerializer;
import ticketing.command.eventstore.GroupCommit;

/** Deadlines on a real PostgreSQL. Times are compared with the deadline's own, never with how fast the machine is. */
@Timeout(60)
class PostgresDeadlineManagerTest {

    private static final PolicyScope SCOPE = new PolicyScope("test");

    private final TestDatabase database = new TestDatabase();
    private final GroupCommit groupCommit = new GroupCommit(database.dataSource());
    private final Receiver receiver = new Receiver();
    private PostgresDeadlineManager deadlines;

    @BeforeEach
    void start() {
        groupCommit.start();
        deadlines = manager();
    }

    @AfterEach
    void stop() {
        deadlines.close();
        groupCommit.close();
        database.close();
    }

    private PostgresDeadlineManager manager() {
        return new PostgresDeadlineManager(
                database.dataSource(),
                groupCommit,
                EventSerializer.create(),
                scope -> Stream.of(receiver),
                Clock.systemUTC());
    }

    private long stored() {
        return database.jdbc()
                .sql("SELECT count(*) FROM store.deadline")
                .query(Long.class)
                .single();
    }

    @Test
    void a_deadline_goes_off_once_and_not_before_its_time() {
        deadlines.start();
        Instant due = Instant.now().plusMillis(300);
        deadlines.schedule(due, "ring", "a", SCOPE);

        await().until(() -> stored() == 0);

        assertThat(receiver.heard).containsExactly("a");
        assertThat(receiver.at.get("a")).isAfterOrEqualTo(due);
    }

    @Test
    void a_cancelled_deadline_stays_silent() {
        String first = deadlines.schedule(Duration.ofMillis(200), "ring", "cancelled", SCOPE);
        deadlines.schedule(Duration.ofMillis(400), "ring", "kept", SCOPE);
        deadlines.cancelSchedule("ring", first);
        deadlines.start();

        await().until(() -> stored() == 0);

        assertThat(receiver.heard).containsExactly("kept");
    }

    @Test
    void deadlines_are_cancelled_by_name_and_scope() {
        deadlines.schedule(Duration.ofHours(1), "ring", "a", SCOPE);
        deadlines.schedule(Duration.ofHours(1), "ring", "b", new PolicyScope("other"));
        deadlines.schedule(Duration.ofHours(1), "knock", "c", SCOPE);

        deadlines.cancelAllWithinScope("ring", SCOPE);
        assertThat(stored()).isEqualTo(2);
        deadlines.cancelAll("ring");
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void a_deadline_survives_the_program() {
        deadlines.schedule(Duration.ofMillis(1), "ring", "a", SCOPE);
        deadlines.close();

        deadlines = manager();
        deadlines.start();

        await().until(() -> receiver.heard.contains("a"));
    }

    @Test
    void a_failure_is_tried_again() {
        receiver.failures.set(2);
        deadlines.start();
        deadlines.schedule(Duration.ofMillis(1), "ring", "a", SCOPE);

        await().until(() -> receiver.heard.contains("a") && stored() == 0);
    }

    @Test
    void many_that_end_together_are_all_heard_once() {
        deadlines.start();
        Instant due = Instant.now().plusMillis(200);
        for (int i = 0; i < 1_500; i++) {
            deadlines.schedule(due, "ring", "d" + i, SCOPE);
        }
        await().until(() -> stored() == 0);
        assertThat(receiver.heard).hasSize(1_500).doesNotHaveDuplicates();
    }

    @Test
    void another_node_takes_over_from_one_that_is_gone() {
        deadlines.start();
        PostgresDeadlineManager second = manager();
        try {
            second.start();
            deadlines.schedule(Duration.ofMillis(1), "ring", "first", SCOPE);
            await().until(() -> receiver.heard.contains("first"));

            deadlines.close();
            second.schedule(Duration.ofMillis(1), "ring", "second", SCOPE);
            await().until(() -> receiver.heard.contains("second"));

            assertThat(receiver.heard).containsExactly("first", "second");
        } finally {
            second.close();
        }
    }

    private static final class Receiver implements ScopeAware {
        final List<String> heard = new CopyOnWriteArrayList<>();
        final Map<String, Instant> at = new ConcurrentHashMap<>();
        final AtomicInteger failures = new AtomicInteger();

        @Override
        public void send(Message<?> message, ScopeDescriptor scope) {
            if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                throw new IllegalStateException("planned failure");
            }
            at.put((String) message.getPayload(), Instant.now());
            heard.add((String) message.getPayload());
        }

        @Override
        public boolean canResolve(ScopeDescriptor scope) {
            return true;
        }
    }
}
