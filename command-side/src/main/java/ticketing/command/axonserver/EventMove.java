package ticketing.command.axonserver;

import com.google.protobuf.ByteString;
import io.axoniq.axonserver.connector.event.EventChannel;
import io.axoniq.axonserver.connector.event.EventStream;
import io.axoniq.axonserver.grpc.MetaDataValue;
import io.axoniq.axonserver.grpc.SerializedObject;
import io.axoniq.axonserver.grpc.event.Event;
import io.axoniq.axonserver.grpc.event.EventWithToken;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.axonframework.axonserver.connector.util.GrpcMetaDataConverter;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;
import ticketing.command.deadline.PostgresDeadlineManager;

/**
 * Moves the events of a store in PostgreSQL into an empty Axon Server, or back, and compares every single one. Positions stay what they were, so read models,
 * their positions, deadlines and everything else in the database stay as they are. It can be broken off and begun again. Nobody may write meanwhile.
 *
 * <p>An Axon Server keeps the time of an event to the millisecond, PostgreSQL to the microsecond: what is below is lost on the way there. Times that the business
 * decides by stand in the events themselves and are moved as they are.
 */
public final class EventMove {

    private static final int AT_ONCE = 500;
    private static final int LONGEST_SECONDS = 30;

    private final DataSource dataSource;
    private final EventChannel server;
    private final Serializer serializer;
    private final GrpcMetaDataConverter metaData;
    private final LongConsumer progress;

    /**
     * @param server the context of the Axon Server
     * @param serializer the one that events are stored with
     * @param progress is told how many events have been dealt with, now and then
     */
    public EventMove(DataSource dataSource, EventChannel server, Serializer serializer, LongConsumer progress) {
        this.dataSource = dataSource;
        this.server = server;
        this.serializer = serializer;
        this.metaData = new GrpcMetaDataConverter(serializer);
        this.progress = progress;
    }

    /** What keeps a move from being made or finished, in one sentence. Nothing was given up: the side that kept the events still keeps them. */
    public static final class MoveRefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        MoveRefusedException(String message) {
            super(message);
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Row(
            long position,
            String aggregateIdentifier,
            long sequenceNumber,
            String aggregateType,
            String eventIdentifier,
            String payloadType,
            @Nullable String payloadRevision,
            byte[] payload,
            byte[] metaData,
            Instant timestamp) {}

    /**
     * From PostgreSQL to the Axon Server, which has none of them or the first of them already; from then on the Axon Server keeps them.
     *
     * @return how many events there are
     * @throws MoveRefusedException if somebody works with this database, or the two sides do not agree
     */
    public long toAxonServer() throws SQLException, InterruptedException {
        try (Connection c = dataSource.getConnection()) {
            return alone(c, () -> {
                long end = head(c);
                long there = lastToken() + 1;
                if (there > end) {
                    throw new MoveRefusedException("The Axon Server has " + there + " events and this database has "
                            + end + ": it is not empty, or another store's.");
                }
                // What an earlier move has brought over has to be ours.
                compare(c, there);
                while (there < end) {
                    List<Row> rows = rows(c, there, AT_ONCE);
                    append(rows);
                    there = rows.getLast().position();
                    progress.accept(there);
                }
                long moved = compare(c, end);
                keptBy(c, "axon-server");
                return moved;
            });
        }
    }

    /**
     * From the Axon Server to PostgreSQL, which has most of them already because it follows; from then on PostgreSQL keeps them.
     *
     * @return how many events there are
     * @throws MoveRefusedException if somebody works with this database, or the two sides do not agree
     */
    public long toPostgres() throws SQLException, InterruptedException {
        try (Connection c = dataSource.getConnection()) {
            return alone(c, () -> {
                long end = lastToken() + 1;
                long here = head(c);
                if (here > end) {
                    throw new MoveRefusedException("The Axon Server has " + end + " events and this database has "
                            + here + ": it is another store, or an older state of it.");
                }
                compare(c, here);
                fetch(c, here, end);
                long moved = compare(c, end);
                keptBy(c, "postgres");
                return moved;
            });
        }
    }

    private interface Work {
        long run() throws SQLException, InterruptedException;
    }

    /** A command node of whatever kind holds this lock while it runs. */
    private static long alone(Connection c, Work work) throws SQLException, InterruptedException {
        c.setAutoCommit(true);
        try (Statement statement = c.createStatement()) {
            statement.execute("SET statement_timeout = 0");
            try (ResultSet row = statement.executeQuery(
                    "SELECT pg_try_advisory_lock(" + PostgresDeadlineManager.LEADER_LOCK + ")")) {
                row.next();
                if (!row.getBoolean(1)) {
                    throw new MoveRefusedException("A program is working with this database: stop all of them first.");
                }
            }
            try {
                return work.run();
            } finally {
                statement.execute("SELECT pg_advisory_unlock(" + PostgresDeadlineManager.LEADER_LOCK + ")");
                statement.execute("RESET statement_timeout");
            }
        }
    }

    private static long head(Connection c) throws SQLException {
        try (Statement statement = c.createStatement();
                ResultSet row = statement.executeQuery("SELECT position FROM store.event_head")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void keptBy(Connection c, String keeper) throws SQLException {
        try (PreparedStatement statement = c.prepareStatement("UPDATE store.event_head SET kept_by = ?")) {
            statement.setString(1, keeper);
            statement.executeUpdate();
        }
    }

    private long lastToken() throws InterruptedException {
        return answer(server.getLastToken());
    }

    private static <T> T answer(java.util.concurrent.CompletableFuture<T> asked) throws InterruptedException {
        try {
            return asked.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The Axon Server does not do what it is asked for", e);
        }
    }

    private static List<Row> rows(Connection c, long after, int most) throws SQLException {
        List<Row> rows = new ArrayList<>(most);
        try (PreparedStatement statement = c.prepareStatement("""
                SELECT position, aggregate_identifier, sequence_number, aggregate_type, event_identifier, payload_type, payload_revision,
                  payload, meta_data, time_stamp
                FROM store.domain_event WHERE position > ? ORDER BY position LIMIT ?
                """)) {
            statement.setLong(1, after);
            statement.setInt(2, most);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(
                            row.getLong(1),
                            row.getString(2),
                            row.getLong(3),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            row.getString(7),
                            row.getBytes(8),
                            row.getBytes(9),
                            row.getObject(10, OffsetDateTime.class).toInstant()));
                }
            }
        }
        return rows;
    }

    private void append(List<Row> rows) throws InterruptedException {
        answer(server.appendEvents(rows.stream().map(this::event).toArray(Event[]::new)));
    }

    private Event event(Row row) {
        Event.Builder event = Event.newBuilder()
                .setMessageIdentifier(row.eventIdentifier())
                .setTimestamp(row.timestamp().toEpochMilli())
                .setPayload(SerializedObject.newBuilder()
                        .setType(row.payloadType())
                        .setRevision(Objects.requireNonNullElse(row.payloadRevision(), ""))
                        .setData(ByteString.copyFrom(row.payload())));
        if (!row.aggregateType().isEmpty()) {
            event.setAggregateIdentifier(row.aggregateIdentifier())
                    .setAggregateSequenceNumber(row.sequenceNumber())
                    .setAggregateType(row.aggregateType());
        }
        return event.putAllMetaData(onTheServer(row)).build();
    }

    private Map<String, MetaDataValue> onTheServer(Row row) {
        MetaData stored = serializer.deserialize(
                new SimpleSerializedObject<>(row.metaData(), byte[].class, MetaData.class.getName(), null));
        Map<String, MetaDataValue> values = new HashMap<>();
        stored.forEach((key, value) -> values.put(key, metaData.convertToMetaDataValue(value)));
        return values;
    }

    private void fetch(Connection c, long after, long end) throws SQLException, InterruptedException {
        if (after == end) {
            return;
        }
        try (EventStream stream = open(after);
                PreparedStatement insert = c.prepareStatement("""
                        INSERT INTO store.domain_event (position, aggregate_identifier, sequence_number, aggregate_type, event_identifier,
                          payload_type, payload_revision, payload, meta_data, time_stamp)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """);
                PreparedStatement head = c.prepareStatement("UPDATE store.event_head SET position = ?")) {
            c.setAutoCommit(false);
            for (long position = after + 1; position <= end; position++) {
                Event event = next(stream, position);
                bind(insert, position, event);
                insert.addBatch();
                if (position == end || position % AT_ONCE == 0) {
                    insert.executeBatch();
                    head.setLong(1, position);
                    head.executeUpdate();
                    c.commit();
                    progress.accept(position);
                }
            }
        } finally {
            c.rollback();
            c.setAutoCommit(true);
        }
    }

    private void bind(PreparedStatement insert, long position, Event event) throws SQLException {
        boolean ofAggregate = !event.getAggregateType().isEmpty();
        int p = 1;
        insert.setLong(p++, position);
        insert.setString(p++, ofAggregate ? event.getAggregateIdentifier() : event.getMessageIdentifier());
        insert.setLong(p++, event.getAggregateSequenceNumber());
        insert.setString(p++, event.getAggregateType());
        insert.setString(p++, event.getMessageIdentifier());
        insert.setString(p++, event.getPayload().getType());
        insert.setString(
                p++,
                event.getPayload().getRevision().isEmpty()
                        ? null
                        : event.getPayload().getRevision());
        insert.setBytes(p++, event.getPayload().getData().toByteArray());
        insert.setBytes(
                p++,
                serializer
                        .serialize(metaData.convert(event.getMetaDataMap()), byte[].class)
                        .getData());
        insert.setObject(p, Instant.ofEpochMilli(event.getTimestamp()).atOffset(ZoneOffset.UTC));
    }

    private EventStream open(long after) {
        return server.openStream(after - 1, 4 * AT_ONCE, AT_ONCE, true);
    }

    private static Event next(EventStream stream, long position) throws InterruptedException {
        EventWithToken next = stream.nextIfAvailable(LONGEST_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new IllegalStateException("The Axon Server does not give its event at position " + position);
        }
        if (next.getToken() + 1 != position) {
            throw new MoveRefusedException(
                    "The Axon Server gives position " + (next.getToken() + 1) + " where " + position + " follows.");
        }
        return next.getEvent();
    }

    /** Compares each of the first events on both sides; returns how many there were. */
    private long compare(Connection c, long end) throws SQLException, InterruptedException {
        if (end == 0) {
            return 0;
        }
        long compared = 0;
        try (EventStream stream = open(0)) {
            while (compared < end) {
                List<Row> rows = rows(c, compared, (int) Math.min(AT_ONCE, end - compared));
                for (Row row : rows) {
                    if (row.position() != compared + 1 || !same(row, next(stream, row.position()))) {
                        throw new MoveRefusedException(
                                "The events at position " + (compared + 1) + " are not the same.");
                    }
                    compared++;
                }
                if (rows.isEmpty()) {
                    throw new MoveRefusedException("This database has no event at position " + (compared + 1) + ".");
                }
                progress.accept(compared);
            }
        }
        return compared;
    }

    private boolean same(Row row, Event event) {
        boolean ofAggregate = !row.aggregateType().isEmpty();
        return row.eventIdentifier().equals(event.getMessageIdentifier())
                && row.aggregateType().equals(event.getAggregateType())
                && (!ofAggregate
                        || (row.aggregateIdentifier().equals(event.getAggregateIdentifier())
                                && row.sequenceNumber() == event.getAggregateSequenceNumber()))
                && row.payloadType().equals(event.getPayload().getType())
                && Objects.requireNonNullElse(row.payloadRevision(), "")
                        .equals(event.getPayload().getRevision())
                && Arrays.equals(row.payload(), event.getPayload().getData().toByteArray())
                && onTheServer(row).equals(event.getMetaDataMap())
                && row.timestamp().toEpochMilli() == event.getTimestamp();
    }
}
