package ticketing.command.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import ticketing.command.TestDatabase;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketId;

/** The commit reaches the disk, its answer does not reach us, and the database stays away for longer than anybody waits. */
@Timeout(60)
class LostInDoubtTest {

    private static final ShowId SHOW = new ShowId("show1");

    private final TestDatabase database = new TestDatabase();
    private final AtomicBoolean loseTheAnswer = new AtomicBoolean();
    private final AtomicBoolean loseTheCommit = new AtomicBoolean();
    private final AtomicBoolean gone = new AtomicBoolean();
    private final AtomicReference<String> state = new AtomicReference<>("08006");
    private final AtomicBoolean staysAway = new AtomicBoolean(true);
    private GroupCommit groupCommit;
    private PostgresEventStorageEngine engine;

    @BeforeEach
    void open() {
        groupCommit = new GroupCommit(new Treacherous(database.dataSource()), Duration.ofMillis(200));
        groupCommit.start();
        engine = new PostgresEventStorageEngine(
                database.dataSource(),
                groupCommit,
                EventSerializer.create(),
                NoOpEventUpcaster.INSTANCE,
                10,
                false,
                true);
    }

    @AfterEach
    void close() {
        groupCommit.close();
        database.close();
    }

    /** Commits and then loses the connection, and lets nobody in any more. */
    private final class Treacherous extends DelegatingDataSource {

        Treacherous(DataSource target) {
            super(target);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (gone.get()) {
                throw new SQLException("gone", "08001");
            }
            Connection real = super.getConnection();
            return proxy(Connection.class, (_, method, arguments) -> {
                Object answer = answerOf(real, method, arguments);
                if (method.getName().equals("commit") && loseTheCommit.getAndSet(false)) {
                    throw new SQLException("lost", state.get());
                }
                return answer instanceof PreparedStatement statement ? watched(statement, real) : answer;
            });
        }

        /** A statement that is its own transaction is also its commit. */
        private PreparedStatement watched(PreparedStatement statement, Connection connection) {
            return proxy(PreparedStatement.class, (_, method, arguments) -> {
                Object answer = answerOf(statement, method, arguments);
                if (method.getName().equals("executeQuery") && connection.getAutoCommit()) {
                    loseTheAnswer();
                }
                return answer;
            });
        }

        private void loseTheAnswer() throws SQLException {
            if (loseTheAnswer.getAndSet(false)) {
                gone.set(staysAway.get());
                throw new SQLException("lost", state.get());
            }
        }

        private static Object answerOf(Object real, Method method, Object[] arguments) throws Throwable {
            try {
                return method.invoke(real, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private static <T> T proxy(Class<T> type, InvocationHandler handler) {
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
        }
    }

    private static DomainEventMessage<?> event(int seat) {
        TicketId ticket = TicketId.of(SHOW, seat);
        return new GenericDomainEventMessage<>(
                "Ticket", ticket.value(), 0, new TicketReleased(ticket, BookingId.of(SHOW, "x")));
    }

    @Test
    void nobody_believes_that_it_is_not_stored() {
        List<String> perhaps = new CopyOnWriteArrayList<>();
        groupCommit.onWritten(new GroupCommit.Witness() {
            @Override
            public void stored(DomainEventMessage<?> event) {
                perhaps.add("stored " + event.getAggregateIdentifier());
            }

            @Override
            public void perhapsStored(DomainEventMessage<?> event) {
                perhaps.add("perhaps " + event.getAggregateIdentifier());
            }
        });
        engine.appendEvents(event(1));
        await().until(() -> !engine.mayExist("show1-2"));

        loseTheAnswer.set(true);
        assertThatThrownBy(() -> engine.appendEvents(event(2)))
                .isInstanceOf(EventStoreException.class)
                .hasMessageContaining("Not known");

        assertThat(perhaps).containsExactly("stored show1-1", "perhaps show1-2");
        assertThat(engine.mayExist("show1-2")).isTrue();
        assertThat(engine.readEvents("show1-2").asStream()).hasSize(1);
        assertThat(engine.mayExist("show1-3")).isFalse();
    }

    /** 40001: everywhere else it says that the transaction was rolled back; a commit's answer is believed in nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"08006", "40001", "XX000"})
    void a_commit_that_failed_in_the_answer_only_is_not_done_twice(String answer) {
        staysAway.set(false);
        state.set(answer);
        loseTheAnswer.set(true);

        engine.appendEvents(event(1));

        assertThat(engine.readEvents("show1-1").asStream()).hasSize(1);
        assertThat(loseTheAnswer).isFalse();
    }

    /** Where somebody has come second, the rest is written with a commit of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"08006", "40001", "XX000"})
    void nor_is_one_beside_somebody_who_came_second(String answer) throws Exception {
        state.set(answer);
        engine.appendEvents(event(0));
        loseTheCommit.set(true);
        int seats = 0;
        // Until the two have met in one batch.
        while (loseTheCommit.get()) {
            seats++;
            DomainEventMessage<?> mine = event(seats);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> first = threads.submit(() -> engine.appendEvents(mine));
                Future<?> second = threads.submit(() -> assertThatThrownBy(() -> engine.appendEvents(event(0)))
                        .isInstanceOf(AggregateStreamCreationException.class));
                first.get();
                second.get();
            }
        }

        for (int seat = 0; seat <= seats; seat++) {
            assertThat(engine.readEvents("show1-" + seat).asStream()).hasSize(1);
        }
    }
}
