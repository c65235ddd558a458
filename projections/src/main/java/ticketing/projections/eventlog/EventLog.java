package ticketing.projections.eventlog;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import ticketing.projections.EventBatch;

/**
 * Follows an Axon Server into the table that PostgreSQL keeps events in otherwise, under the same positions and as the same bytes. So the seat maps of the
 * past, histories, audits and the bookings of a cancelled show are asked for in one way, and a store can be moved back. It is a read model like the others: a
 * moment behind, and it can be made anew.
 */
@Component
@ProcessingGroup(EventLog.GROUP)
@ConditionalOnProperty(name = "axon.axonserver.enabled", havingValue = "true")
public class EventLog {

    /** The processing group. */
    public static final String GROUP = "event-log";

    private static final String INSERT = """
            INSERT INTO store.domain_event (position, aggregate_identifier, sequence_number, aggregate_type, event_identifier,
              payload_type, payload_revision, payload, meta_data, time_stamp)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (position) DO NOTHING
            """;

    private static final String HEAD = "UPDATE store.event_head SET position = ? WHERE position < ?";

    private static final String FOREIGN = """
            SELECT count(*) FROM store.domain_event AS stored JOIN unnest(?::bigint[], ?::text[]) AS told (position, event_identifier)
            ON told.position = stored.position AND told.event_identifier <> stored.event_identifier
            """;

    private final JdbcTemplate jdbc;
    private final Serializer serializer;

    EventLog(JdbcTemplate jdbc, Serializer serializer) {
        this.jdbc = jdbc;
        this.serializer = serializer;
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

    /** Of whatever kind, also one that this program does not know yet. */
    @EventHandler
    void on(Object payload, EventMessage<?> event, TrackingToken token) {
        List<Row> rows = EventBatch.gather(GROUP, ArrayList::new, this::write);
        SerializedObject<byte[]> body = event.serializePayload(serializer, byte[].class);
        SerializedObject<byte[]> metaData = event.serializeMetaData(serializer, byte[].class);
        String revision = body.getType().getRevision();
        boolean published = event instanceof DomainEventMessage<?>;
        DomainEventMessage<?> domain = published ? (DomainEventMessage<?>) event : null;
        rows.add(new Row(
                EventBatch.positionOf(token),
                // An event that no aggregate published is a stream of its own.
                domain == null ? event.getIdentifier() : domain.getAggregateIdentifier(),
                domain == null ? 0 : domain.getSequenceNumber(),
                domain == null ? "" : domain.getType(),
                event.getIdentifier(),
                body.getType().getName(),
                revision == null || revision.isEmpty() ? null : revision,
                body.getData(),
                metaData.getData(),
                event.getTimestamp()));
    }

    private void write(List<Row> rows) {
        int[] written = jdbc.batchUpdate(INSERT, new BatchPreparedStatementSetter() {
            @Override
            public void setValues(PreparedStatement statement, int i) throws SQLException {
                Row row = rows.get(i);
                int p = 1;
                statement.setLong(p++, row.position());
                statement.setString(p++, row.aggregateIdentifier());
                statement.setLong(p++, row.sequenceNumber());
                statement.setString(p++, row.aggregateType());
                statement.setString(p++, row.eventIdentifier());
                statement.setString(p++, row.payloadType());
                statement.setString(p++, row.payloadRevision());
                statement.setBytes(p++, row.payload());
                statement.setBytes(p++, row.metaData());
                statement.setObject(p, row.timestamp().atOffset(ZoneOffset.UTC));
            }

            @Override
            public int getBatchSize() {
                return rows.size();
            }
        });
        // A driver that has joined several rows into one statement does not say which were there before.
        for (int one : written) {
            if (one != 1) {
                refuseForeign(rows);
                break;
            }
        }
        long last = rows.getLast().position();
        jdbc.update(HEAD, last, last);
    }

    /** Another event under this position means another store: going on would mix two histories. */
    private void refuseForeign(List<Row> rows) {
        Long[] positions = rows.stream().map(Row::position).toArray(Long[]::new);
        String[] identifiers = rows.stream().map(Row::eventIdentifier).toArray(String[]::new);
        Long foreign = jdbc.queryForObject(FOREIGN, Long.class, positions, identifiers);
        if (foreign == null || foreign > 0) {
            throw new IllegalStateException(
                    foreign + " events from position " + positions[0] + " on are others than this database has");
        }
    }
}
