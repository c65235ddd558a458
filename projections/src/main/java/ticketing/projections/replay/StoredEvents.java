package ticketing.projections.replay;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.eventhandling.EventData;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.InitialEventRepresentation;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.messages.Event;
import ticketing.messages.StoredAs;

/**
 * Reads the event store in large pieces, for those who want all of it and not event by event as they happen. Only what is asked for is sent and decoded. A piece
 * is a short transaction of its own: one that was open for minutes would keep the database from clearing up behind those who sell.
 */
public final class StoredEvents {

    private static final int ROWS_AT_ONCE = 1_000;

    private static final String SELECT =
            "SELECT position, payload_type, payload_revision, payload, time_stamp FROM store.domain_event WHERE ";

    private static final String READ = """
            SELECT position, payload_type, payload_revision, payload, time_stamp FROM store.domain_event
            WHERE position > ? AND position <= ? AND payload_type = ANY (?) ORDER BY position""";

    private static final byte[] NO_META_DATA = "{}".getBytes(StandardCharsets.UTF_8);

    private final DataSource database;
    private final Serializer serializer;
    private final EventUpcaster upcasters;
    private final Map<String, String> revisions = new HashMap<>();

    /**
     * @param serializer the event store's
     * @param upcasters the event store's; only what is stored in another revision than this program's is shown to them
     * @param concerns the sealed interfaces whose events are wanted
     */
    public StoredEvents(
            DataSource database,
            Serializer serializer,
            EventUpcaster upcasters,
            List<Class<? extends Event>> concerns) {
        this.database = database;
        this.serializer = serializer;
        this.upcasters = upcasters;
        for (Class<? extends Event> concern : concerns) {
            for (Class<?> event : concern.getPermittedSubclasses()) {
                StoredAs name = event.getAnnotation(StoredAs.class);
                revisions.put(name.value(), name.revision());
            }
        }
    }

    /** An event as it is stored. */
    public record Stored(long position, Instant at, Event event) {}

    /**
     * Some events, the first one first.
     *
     * @param upTo everything up to this position that is wanted is among them
     */
    public record Piece(List<Stored> events, long upTo) {}

    /**
     * The next events after a position.
     *
     * @param upTo nothing beyond it is read
     * @param mostBytes when so much has been read, the piece ends earlier
     * @throws IllegalStateException if an event is of a revision that this program does not know
     */
    public Piece read(long after, long upTo, long mostBytes) throws SQLException {
        List<Stored> events = new ArrayList<>();
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(READ)) {
                statement.setFetchSize(ROWS_AT_ONCE);
                statement.setLong(1, after);
                statement.setLong(2, upTo);
                statement.setArray(
                        3, connection.createArrayOf("text", revisions.keySet().toArray(String[]::new)));
                long bytes = 0;
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        byte[] payload = rows.getBytes(4);
                        events.add(stored(rows, payload));
                        bytes += payload.length;
                        if (bytes > mostBytes) {
                            return new Piece(events, rows.getLong(1));
                        }
                    }
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
        return new Piece(events, upTo);
    }

    /** The events at these positions, in their order. */
    public List<Stored> at(List<Long> positions) {
        return JdbcClient.create(database)
                .sql(SELECT + "position = ANY (?) ORDER BY position")
                .param(positions.stream().mapToLong(Long::longValue).toArray())
                .query((row, _) -> stored(row, row.getBytes(4)))
                .list();
    }

    /** All events of these aggregates, in the order in which they were stored. */
    public List<Stored> ofAggregates(Collection<String> identifiers) {
        return JdbcClient.create(database)
                .sql(SELECT + "aggregate_identifier = ANY (?) ORDER BY position")
                .param(identifiers.toArray(String[]::new))
                .query((row, _) -> stored(row, row.getBytes(4)))
                .list();
    }

    private Stored stored(ResultSet row, byte[] payload) throws SQLException {
        long position = row.getLong(1);
        String type = row.getString(2);
        String revision = row.getString(3);
        Instant at = row.getObject(5, OffsetDateTime.class).toInstant();
        SerializedObject<?> stored = Objects.equals(revision, revisions.get(type))
                ? new SimpleSerializedObject<>(payload, byte[].class, type, revision)
                : upcast(new GenericDomainEventEntry<>(
                        "", "", 0, Long.toString(position), at, type, revision, payload, NO_META_DATA));
        return new Stored(position, at, serializer.deserialize(stored));
    }

    /** An older event as this program's; one is always one, or pieces would not end where they say. */
    private SerializedObject<?> upcast(EventData<byte[]> older) {
        SerializedType type = older.getPayload().getType();
        List<IntermediateEventRepresentation> upcast = upcasters
                .upcast(Stream.of(new InitialEventRepresentation(older, serializer)))
                .toList();
        if (upcast.size() != 1
                || !Objects.equals(
                        upcast.getFirst().getType().getRevision(),
                        revisions.get(upcast.getFirst().getType().getName()))) {
            throw new IllegalStateException(type.getName() + " is stored in revision " + type.getRevision());
        }
        return upcast.getFirst().getData(byte[].class);
    }
}
