package ticketing.auditor;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the store in the order of positions, each event with the one before it in its aggregate: so nothing needs to be remembered of any aggregate. */
final class EventPages {

    // Lateral with a limit: two look-ups by key for each event, whatever the planner believes of the table.
    private static final String PAGE = """
            SELECT e.position, e.aggregate_identifier, e.sequence_number, e.payload_type, e.payload_revision, e.payload,
                   p.position, p.payload_type, p.payload, f.payload
            FROM (SELECT * FROM store.domain_event WHERE position > ? ORDER BY position LIMIT ?) e
            LEFT JOIN LATERAL (
                SELECT b.position, b.payload_type, b.payload FROM store.domain_event b
                WHERE b.aggregate_identifier = e.aggregate_identifier AND b.sequence_number = e.sequence_number - 1
                LIMIT 1) p ON true
            LEFT JOIN LATERAL (
                SELECT b.payload FROM store.domain_event b
                WHERE b.aggregate_identifier = e.aggregate_identifier AND b.sequence_number = 0
                  AND e.sequence_number > 1 AND e.payload_type LIKE 'booking.%'
                LIMIT 1) f ON true
            ORDER BY e.position
            """;

    private static final String LAST_OF_TICKET = """
            SELECT payload_type, payload FROM store.domain_event
            WHERE aggregate_identifier = ? AND position < ? ORDER BY sequence_number DESC LIMIT 1
            """;

    private EventPages() {}

    /**
     * The events behind this position.
     *
     * @param unreadable told of events whose JSON cannot be read; they are left out
     */
    static List<StoredEvent> after(Connection connection, long position, int most, Findings unreadable)
            throws SQLException {
        List<StoredEvent> page = new ArrayList<>(most);
        try (PreparedStatement statement = connection.prepareStatement(PAGE)) {
            statement.setLong(1, position);
            statement.setInt(2, most);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    page.add(event(row, unreadable));
                }
            }
        }
        return page;
    }

    private static StoredEvent event(ResultSet row, Findings unreadable) throws SQLException {
        long position = row.getLong(1);
        String aggregate = row.getString(2);
        String type = row.getString(4);
        try {
            long positionBefore = row.getLong(7);
            StoredEvent.@Nullable Earlier before = row.wasNull()
                    ? null
                    : new StoredEvent.Earlier(positionBefore, row.getString(8), Payload.of(row.getBytes(9)));
            byte[] first = row.getBytes(10);
            return new StoredEvent(
                    position,
                    aggregate,
                    row.getLong(3),
                    type,
                    row.getString(5),
                    Payload.of(row.getBytes(6)),
                    before,
                    first == null ? null : Payload.of(first));
        } catch (Payload.Unreadable e) {
            unreadable.add(FaultKind.UNKNOWN_EVENT, aggregate, position, type + ": " + e.getMessage());
            return new StoredEvent(position, aggregate, row.getLong(3), "", null, Payload.of("{}"), null, null);
        }
    }

    /** Whether the ticket was held or had been bought by this booking right before the position. */
    static boolean isOf(Connection connection, String ticket, String booking, long position) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LAST_OF_TICKET)) {
            statement.setString(1, ticket);
            statement.setLong(2, position);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        && EventTypes.TAKEN.contains(row.getString(1))
                        && booking.equals(Payload.of(row.getBytes(2)).textOrNull("bookingId"));
            }
        }
    }
}
