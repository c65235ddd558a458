package ticketing.command.eventstore;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The statements that write {@code store.domain_event} and {@code store.deadline}. Columns travel as arrays in the driver's binary form: as text, writing and reading them was
 * the larger part of what a batch cost on both sides.
 */
final class EventTable {

    /** What both statements share: positions are taken under the head's lock, and deadlines are armed and taken back. */
    private static final String HEAD_AND_DEADLINES = """
            WITH head AS (UPDATE store.event_head SET position = position + ? RETURNING position),
            armed AS (
              INSERT INTO store.deadline (id, name, scope, scope_type, payload, payload_type, due_at)
              SELECT id, name, scope, scope_type, payload, payload_type, timestamptz 'epoch' + due_at * interval '1 microsecond'
              FROM unnest(?::text[], ?::text[], ?::bytea[], ?::text[], ?::bytea[], ?::text[], ?::bigint[])
                AS d (id, name, scope, scope_type, payload, payload_type, due_at)
              ON CONFLICT (id) DO NOTHING),
            disarmed AS (
              DELETE FROM store.deadline USING unnest(?::text[]) AS done (id) WHERE deadline.id = done.id)""";

    private static final String EVENTS = """
            INSERT INTO store.domain_event (position, aggregate_identifier, sequence_number, aggregate_type, event_identifier,
              payload_type, payload_revision, payload, meta_data, time_stamp)
            SELECT head.position - ? + e.ordinal, e.aggregate_identifier, e.sequence_number, e.aggregate_type, e.event_identifier,
              e.payload_type, e.payload_revision, e.payload, e.meta_data, timestamptz 'epoch' + e.time_stamp * interval '1 microsecond'
            FROM head, unnest(?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::bytea[], ?::bigint[])
              WITH ORDINALITY AS e (aggregate_identifier, sequence_number, aggregate_type, event_identifier,
                payload_type, payload_revision, payload, meta_data, time_stamp, ordinal)
            """;

    private static final String ALL_OR_NOTHING =
            HEAD_AND_DEADLINES + ",\nstored AS (" + EVENTS + ")\nSELECT position FROM head";

    private static final String WITHOUT_LOSERS = HEAD_AND_DEADLINES + "\n" + EVENTS + """
            ORDER BY e.ordinal
            ON CONFLICT (aggregate_identifier, sequence_number) DO NOTHING
            RETURNING event_identifier, position""";

    private EventTable() {}

    /** What units of work want written together. */
    record Batch(List<EventRow> events, List<DeadlineRow> armed, List<String> disarmed) {}

    /**
     * Writes a batch with one statement.
     *
     * @return the position of the last event; the others' are right before it, in their order
     * @throws SQLException of class 23505 if one of the events has come second: then nothing is written
     */
    static long write(Connection c, Batch batch) throws SQLException {
        try (PreparedStatement statement = c.prepareStatement(ALL_OR_NOTHING)) {
            bind(c, statement, batch);
            try (ResultSet head = statement.executeQuery()) {
                head.next();
                return head.getLong(1);
            }
        }
    }

    /**
     * Writes what of a batch can be written; whether it is to stay is for the caller to decide.
     *
     * @return the positions of the events that had their place for themselves, by identifier
     */
    static Map<String, Long> writeWithoutLosers(Connection c, Batch batch) throws SQLException {
        Map<String, Long> positions = HashMap.newHashMap(batch.events().size());
        try (PreparedStatement statement = c.prepareStatement(WITHOUT_LOSERS)) {
            bind(c, statement, batch);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    positions.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        return positions;
    }

    private static void bind(Connection c, PreparedStatement statement, Batch batch) throws SQLException {
        List<EventRow> events = batch.events();
        List<DeadlineRow> armed = batch.armed();
        int p = 1;
        statement.setInt(p++, events.size());
        statement.setArray(p++, texts(c, armed, DeadlineRow::id));
        statement.setArray(p++, texts(c, armed, DeadlineRow::name));
        statement.setArray(p++, bytes(c, armed, DeadlineRow::scope));
        statement.setArray(p++, texts(c, armed, DeadlineRow::scopeType));
        statement.setArray(p++, bytes(c, armed, DeadlineRow::payload));
        statement.setArray(p++, texts(c, armed, DeadlineRow::payloadType));
        statement.setArray(p++, numbers(c, armed, row -> micros(row.dueAt())));
        statement.setArray(p++, texts(c, batch.disarmed(), id -> id));
        statement.setInt(p++, events.size());
        statement.setArray(p++, texts(c, events, EventRow::aggregateIdentifier));
        statement.setArray(p++, numbers(c, events, EventRow::sequenceNumber));
        statement.setArray(p++, texts(c, events, EventRow::aggregateType));
        statement.setArray(p++, texts(c, events, EventRow::eventIdentifier));
        statement.setArray(p++, texts(c, events, EventRow::payloadType));
        statement.setArray(p++, texts(c, events, EventRow::payloadRevision));
        statement.setArray(p++, bytes(c, events, EventRow::payload));
        statement.setArray(p++, bytes(c, events, EventRow::metaData));
        statement.setArray(p, numbers(c, events, row -> micros(row.timestamp())));
    }

    /** PostgreSQL's resolution, rounded as the driver rounds what is asked for: or an event could not be found by its own time. */
    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time.plusNanos(500));
    }

    private static <T> Array texts(Connection c, List<T> rows, Function<T, @Nullable String> column)
            throws SQLException {
        return c.createArrayOf("text", values(rows, column, String[]::new));
    }

    private static <T> Array numbers(Connection c, List<T> rows, Function<T, Long> column) throws SQLException {
        return c.createArrayOf("int8", values(rows, column, Long[]::new));
    }

    private static <T> Array bytes(Connection c, List<T> rows, Function<T, byte[]> column) throws SQLException {
        return c.createArrayOf("bytea", values(rows, column, byte[][]::new));
    }

    /** Of the very type: an array of anything is sent as text. */
    private static <T, V extends @Nullable Object> V[] values(
            List<T> rows, Function<T, V> column, IntFunction<V[]> array) {
        V[] values = array.apply(rows.size());
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(rows.get(i));
        }
        return values;
    }
}
