package ticketing.command.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.ResultMessage;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ticketing.command.TestDatabase;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketId;

/** The event store keeps Axon's contract, on a real PostgreSQL. */
@Timeout(60)
class PostgresEventStoreTest {

    private static final ShowId SHOW = new ShowId("show1");
    private static final BookingId BOOKING = BookingId.of(SHOW, "x");

    private TestDatabase database;
    private GroupCommit groupCommit;
    private PostgresEventStorageEngine engine;
    private PostgresEventStore store;

    @BeforeEach
    void open() {
        database = new TestDatabase();
        groupCommit = new GroupCommit(database.dataSource());
        groupCommit.start();
        engine = new PostgresEventStorageEngine(
                database.dataSource(),
                groupCommit,
                EventSerializer.create(),
                NoOpEventUpcaster.INSTANCE,
                10,
                true,
                false);
        store = new PostgresEventStore(engine, groupCommit);
        store.start();
    }

    @AfterEach
    void close() {
        store.close();
        groupCommit.close();
        database.close();
    }

    private static DomainEventMessage<?> event(String aggregate, long sequence) {
        return new GenericDomainEventMessage<>(
                "Ticket", aggregate, sequence, new TicketReleased(TicketId.of(SHOW, 1), BOOKING));
    }

    private void inUnitOfWork(Runnable work) {
        DefaultUnitOfWork<?> unitOfWork = DefaultUnitOfWork.startAndGet(new GenericMessage<>("command"));
        unitOfWork.attachTransaction(groupCommit);
        ResultMessage<?> result = unitOfWork.executeWithResult(() -> {
            work.run();
            return null;
        });
        if (result.isExceptional()) {
            throw (RuntimeException) result.exceptionResult();
        }
    }

    private void publish(EventMessage<?>... events) {
        inUnitOfWork(() -> store.publish(events));
    }

    private List<Long> positions() {
        return database.jdbc()
                .sql("SELECT position FROM store.domain_event ORDER BY position")
                .query(Long.class)
                .list();
    }

    @Test
    void events_are_read_as_they_were_written() {
        DomainEventMessage<?> written =
                (DomainEventMessage<?>) event("show1-1", 0).andMetaData(Map.of("traceId", "t1"));
        publish(written);

        DomainEventMessage<?> read = store.readEvents("show1-1").next();

        assertThat(read.getPayload()).isEqualTo(written.getPayload());
        assertThat(read.getMetaData()).isEqualTo(written.getMetaData());
        assertThat(read.getIdentifier()).isEqualTo(written.getIdentifier());
        assertThat(read.getType()).isEqualTo("Ticket");
        assertThat(database.jdbc()
                        .sql("SELECT payload_type FROM store.domain_event")
                        .query(String.class)
                        .single())
                .isEqualTo("ticket.TicketReleased");
    }

    @Test
    void a_stream_longer_than_one_read_is_whole_and_in_order() {
        publish(IntStream.range(0, 35).mapToObj(i -> event("a", i)).toArray(EventMessage<?>[]::new));

        List<Long> sequence = store.readEvents("a")
                .asStream()
                .map(DomainEventMessage::getSequenceNumber)
                .collect(Collectors.toList());
        assertThat(sequence).isEqualTo(LongStream.range(0, 35).boxed().toList());
        assertThat(store.readEvents("a", 30).asStream().count()).isEqualTo(5);
        assertThat(store.lastSequenceNumberFor("a")).contains(34L);
        assertThat(store.lastSequenceNumberFor("b")).isEmpty();
    }

    @Test
    void positions_have_no_gaps_however_many_write() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String aggregate = "a" + i;
                all.add(CompletableFuture.runAsync(() -> publish(event(aggregate, 0), event(aggregate, 1)), threads));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        }
        assertThat(positions()).isEqualTo(LongStream.rangeClosed(1, 400).boxed().toList());
        assertThat(groupCommit.batches()).as("commits are shared").isLessThan(200);
    }

    @Test
    void a_conflict_hits_only_the_unit_of_work_that_lost() throws Exception {
        publish(event("fought-over", 0));
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<CompletableFuture<Boolean>> fights = new ArrayList<>();
            List<CompletableFuture<Void>> others = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String own = "own" + i;
                fights.add(CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                publish(event(own + "first", 0), event("fought-over", 1));
                                return true;
                            } catch (ConcurrencyException e) {
                                return false;
                            }
                        },
                        threads));
                others.add(CompletableFuture.runAsync(() -> publish(event(own, 0)), threads));
            }
            CompletableFuture.allOf(others.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
            long won = 0;
            for (CompletableFuture<Boolean> fight : fights) {
                won += fight.get(30, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
        assertThat(store.readEvents("fought-over").asStream().count()).isEqualTo(2);
        assertThat(positions())
                .as("losers left nothing behind, not even a position")
                .hasSize(1 + 40 + 2);
        assertThat(positions()).isEqualTo(LongStream.rangeClosed(1, 43).boxed().toList());
    }

    @Test
    void an_aggregate_cannot_be_created_twice() {
        publish(event("a", 0));
        assertThatThrownBy(() -> publish(event("a", 0))).isInstanceOf(AggregateStreamCreationException.class);
    }

    @Test
    void a_rolled_back_unit_of_work_stores_nothing() {
        assertThatThrownBy(() -> inUnitOfWork(() -> {
                    store.publish(event("a", 0));
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(positions()).isEmpty();
    }

    @Test
    void a_deadline_is_stored_with_its_events_or_not_at_all() {
        publish(event("a", 0));
        assertThatThrownBy(() -> inUnitOfWork(() -> {
                    groupCommit.arm(deadline("lost"));
                    store.publish(event("a", 0));
                }))
                .isInstanceOf(AggregateStreamCreationException.class);
        inUnitOfWork(() -> {
            groupCommit.arm(deadline("kept"));
            store.publish(event("a", 1));
        });
        assertThat(database.jdbc()
                        .sql("SELECT id FROM store.deadline")
                        .query(String.class)
                        .list())
                .containsExactly("kept");
        groupCommit.disarm("kept");
        assertThat(database.jdbc()
                        .sql("SELECT id FROM store.deadline")
                        .query(String.class)
                        .list())
                .isEmpty();
    }

    private static DeadlineRow deadline(String id) {
        return new DeadlineRow(id, "name", new byte[0], "scope", new byte[0], "payload", Instant.now());
    }

    @Test
    void a_reader_sees_everything_in_order_and_is_woken_by_a_commit() throws Exception {
        publish(event("a", 0), event("a", 1));
        try (TrackingEventStream stream = store.openStream(null)) {
            List<Long> seen = new ArrayList<>();
            seen.add(next(stream));
            seen.add(next(stream));
            CompletableFuture<Long> third = CompletableFuture.supplyAsync(() -> {
                try {
                    return next(stream);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            publish(event("b", 0));
            seen.add(third.get(10, TimeUnit.SECONDS));
            assertThat(seen).containsExactly(1L, 2L, 3L);
            assertThat(stream.peek()).isEmpty();
        }
    }

    @Test
    void a_reader_is_woken_by_another_node() throws Exception {
        try (TrackingEventStream stream = store.openStream(null);
                GroupCommit otherNode = new GroupCommit(database.dataSource())) {
            otherNode.start();
            PostgresEventStorageEngine otherEngine = new PostgresEventStorageEngine(
                    database.dataSource(),
                    otherNode,
                    EventSerializer.create(),
                    NoOpEventUpcaster.INSTANCE,
                    10,
                    true,
                    false);
            assertThat(stream.peek()).isEmpty();
            otherEngine.appendEvents(event("a", 0));
            assertThat(next(stream)).isEqualTo(1);
        }
    }

    private static long next(TrackingEventStream stream) throws InterruptedException {
        TrackedEventMessage<?> event = stream.nextAvailable();
        return event.trackingToken().position().orElseThrow();
    }

    @Test
    void readers_begin_at_the_tail_the_head_or_a_time() {
        assertThat(store.createHeadToken()).isNull();
        publish(event("a", 0));
        DomainEventMessage<?> second = event("a", 1);
        publish(second);
        publish(event("a", 2));

        TrackingToken head = store.createHeadToken();
        assertThat(head.position()).hasValue(3);
        assertThat(store.openStream(store.createTailToken())
                        .peek()
                        .orElseThrow()
                        .trackingToken()
                        .position())
                .hasValue(1);
        assertThat(store.openStream(head).peek()).isEmpty();
        assertThat(store.openStream(store.createTokenAt(second.getTimestamp()))
                        .peek()
                        .orElseThrow()
                        .getIdentifier())
                .isEqualTo(second.getIdentifier());
    }

    /** Time is finer here than in the database. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 499, 500, 501, 999})
    void an_event_is_found_by_its_own_time(int nanos) {
        Instant at = Instant.parse("2026-11-22T12:00:00.000001Z").plusNanos(nanos);
        DomainEventMessage<?> event = event("a", 0);
        publish(new GenericDomainEventMessage<>(
                event.getType(), "a", 0, event.getPayload(), event.getMetaData(), event.getIdentifier(), at));

        assertThat(store.openStream(store.createTokenAt(at))
                        .peek()
                        .orElseThrow()
                        .getIdentifier())
                .isEqualTo(event.getIdentifier());
    }

    @Test
    void an_event_that_is_read_has_its_time_to_the_microsecond() {
        Instant at = Instant.parse("2026-11-22T12:00:00.123456Z");
        DomainEventMessage<?> event = event("a", 0);
        publish(new GenericDomainEventMessage<>(
                event.getType(), "a", 0, event.getPayload(), event.getMetaData(), event.getIdentifier(), at));

        assertThat(engine.readEvents("a", 0).next().getTimestamp()).isEqualTo(at);
        assertThat(engine.readEvents(null, false).findFirst().orElseThrow().getTimestamp())
                .isEqualTo(at);
    }

    @Test
    void closed_while_it_asks_for_the_head_it_breaks_no_connection() throws Exception {
        int asking;
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE store.event_head");
            Optional<Integer> waiting = await().until(
                            () -> database.jdbc()
                                    .sql(
                                            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
                                    .query(Integer.class)
                                    .optional(),
                            Optional::isPresent);
            asking = waiting.orElseThrow();
            store.close();
            other.rollback();
        }
        await().untilAsserted(() -> assertThat(database.jdbc()
                        .sql("SELECT state FROM pg_stat_activity WHERE pid = ?")
                        .param(asking)
                        .query(String.class)
                        .optional())
                .contains("idle"));
    }

    @Test
    void a_snapshot_is_replaced_by_a_newer_one_only() {
        store.storeSnapshot(snapshot(5));
        store.storeSnapshot(snapshot(3));
        assertThat(engine.readSnapshot("a").orElseThrow().getSequenceNumber()).isEqualTo(5);
        store.storeSnapshot(snapshot(9));
        assertThat(engine.readSnapshot("a").orElseThrow().getSequenceNumber()).isEqualTo(9);
        assertThat(engine.readSnapshot("b")).isEmpty();
    }

    private static DomainEventMessage<?> snapshot(long sequence) {
        return new GenericDomainEventMessage<>(
                "Ticket", "a", sequence, new TicketExpired(TicketId.of(SHOW, 1), BOOKING));
    }

    @Test
    void a_lost_connection_loses_and_doubles_nothing() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                String aggregate = "a" + i;
                all.add(CompletableFuture.runAsync(() -> publish(event(aggregate, 0)), threads));
                if (i % 60 == 30) {
                    database.jdbc().sql("""
                                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                                    WHERE pid <> pg_backend_pid() AND datname = current_database()
                                      AND query LIKE 'WITH head%'
                                    """).query(Boolean.class).list();
                }
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(40, TimeUnit.SECONDS);
        }
        assertThat(positions()).isEqualTo(LongStream.rangeClosed(1, 300).boxed().toList());
    }

    @Test
    void a_closed_store_writes_what_waits_and_refuses_the_rest() {
        publish(event("a", 0));
        groupCommit.close();
        assertThatThrownBy(() -> publish(event("b", 0))).isInstanceOf(OverloadedException.class);
        assertThat(positions()).hasSize(1);
    }
}
