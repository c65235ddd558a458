package ticketing.auditor;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whole streams of a page's aggregates, up to a position. */
final class EventStreams {

    /** An event as far as a read model's row depends on it. */
    record Happened(long position, String type, Payload payload) {}

    private static final String OF = """
            SELECT aggregate_identifier, position, payload_type, payload FROM store.domain_event
            WHERE aggregate_identifier = ANY (?) AND position <= ? ORDER BY aggregate_identifier, sequence_number
            """;

    private EventStreams() {}

    /** By aggregate; those without events are left out. */
    static Map<String, List<Happened>> of(Connection connection, Collection<String> aggregates, long upTo)
            throws SQLException {
        Map<String, List<Happened>> streams = HashMap.newHashMap(aggregates.size());
        try (PreparedStatement statement = connection.prepareStatement(OF)) {
            statement.setArray(1, connection.createArrayOf("text", aggregates.toArray()));
            statement.setLong(2, upTo);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    streams.computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                            .add(new Happened(row.getLong(2), row.getString(3), Payload.of(row.getBytes(4))));
                }
            }
        }
        return streams;
    }
}
