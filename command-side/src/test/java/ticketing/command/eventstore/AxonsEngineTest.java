package ticketing.command.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.axonframework.eventsourcing.eventstore.BatchingEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.BatchingEventStorageEngineTest;
import org.axonframework.eventsourcing.utils.EventStoreTestUtils;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ticketing.command.TestDatabase;

/** Every test that the framework's own engines have to pass and that applies to this one; the three that do not are said why. */
class AxonsEngineTest
        extends BatchingEventStorageEngineTest<PostgresEventStorageEngine, BatchingEventStorageEngine.Builder> {

    private static final int BATCH = 100;

    private final TestDatabase database = new TestDatabase();
    private final GroupCommit groupCommit = new GroupCommit(database.dataSource());

    @BeforeEach
    void open() {
        groupCommit.start();
        setTestSubject(createEngine());
    }

    @AfterEach
    void close() {
        groupCommit.close();
        database.close();
    }

    @Override
    protected PostgresEventStorageEngine createEngine(UnaryOperator<BatchingEventStorageEngine.Builder> change) {
        EventSerializer serializer = EventSerializer.create();
        BatchingEventStorageEngine.Builder builder = new BatchingEventStorageEngine.Builder() {};
        builder.batchSize(BATCH).eventSerializer(serializer).snapshotSerializer(serializer);
        return new PostgresEventStorageEngine(database.dataSource(), groupCommit, change.apply(builder), true, true);
    }

    /** An event's place in its stream is what is unique; its identifier is a UUID that nobody chooses, and a second index would be paid for with every event. */
    @Override
    @Test
    public void uniqueKeyConstraintOnEventIdentifier() {
        appendsEventsOfOneIdentifier(1);
    }

    /** As before. */
    @Override
    @Test
    public void uniqueKeyConstraintOnFirstEventIdentifierThrowsAggregateIdentifierAlreadyExistsException() {
        appendsEventsOfOneIdentifier(0);
    }

    private void appendsEventsOfOneIdentifier(long sequenceNumber) {
        PostgresEventStorageEngine engine = createEngine(builder -> builder);
        engine.appendEvents(
                EventStoreTestUtils.createEvent("id", "one", sequenceNumber),
                EventStoreTestUtils.createEvent("id", "other", sequenceNumber));
        List<String> found = new ArrayList<>();
        engine.readEvents(null, false).forEach(event -> found.add(event.getIdentifier()));
        assertThat(found).containsExactly("id", "id");
    }

    /** Nobody has to tell this engine what a conflict is. */
    @Override
    @Test
    public void storeDuplicateEventWithoutExceptionResolver() {
        PostgresEventStorageEngine engine = createEngine(builder -> builder.persistenceExceptionResolver(null));
        engine.appendEvents(EventStoreTestUtils.createEvent(1));

        assertThatThrownBy(() -> engine.appendEvents(EventStoreTestUtils.createEvent(1)))
                .isInstanceOf(ConcurrencyException.class);
    }
}
