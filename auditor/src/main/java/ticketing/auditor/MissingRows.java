package ticketing.auditor;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;

/**
 * Whatever an event says is there has to have a row. Goes through the positions, for each table as far as its own read model has come: one that nothing concerns for a
 * while says only now and then how far it is.
 */
final class MissingRows implements ViewPage {

    private static final int POSITIONS = 2_000;

    /** A table, the event that makes its rows, whose read model it is, and how the row is found. */
    private enum Expectation {
        SEAT("view.seat", EventTypes.TICKET_RESERVED, Progress.SEAT_VIEW, """
                s.show_id = split_part(e.aggregate_identifier, '-', 1) COLLATE "default"
                AND s.seat = CASE WHEN e.aggregate_identifier ~ '^[^-]+-[0-9]{1,7}$'
                                  THEN split_part(e.aggregate_identifier, '-', 2)::int END"""),
        BOOKING("view.booking", EventTypes.RESERVED, Progress.BOOKING_VIEW, key("booking_id")),
        SHOW("view.show", EventTypes.SHOW_DRAFTED, Progress.CATALOGUE, key("show_id")),
        VENUE("view.venue", EventTypes.VENUE_OPENED, Progress.CATALOGUE, key("venue_id")),
        PERFORMER("view.performer", EventTypes.PERFORMER_ADDED, Progress.CATALOGUE, key("performer_id"));

        final String table;
        final String type;
        final String group;
        final String sql;

        Expectation(String table, String type, String group, String condition) {
            this.table = table;
            this.type = type;
            this.group = group;
            this.sql =
                    "SELECT e.aggregate_identifier, e.position FROM store.domain_event e LEFT JOIN LATERAL (SELECT 1 AS there FROM "
                            + table + " s WHERE " + condition + " LIMIT 1) s ON true"
                            + " WHERE e.position > ? AND e.position <= ? AND e.payload_type = ? AND s.there IS NULL ORDER BY e.position LIMIT 100";
        }

        private static String key(String column) {
            return "s." + column + " = e.aggregate_identifier COLLATE \"default\"";
        }
    }

    private final Map<Expectation, Long> compared = new EnumMap<>(Expectation.class);
    private final Map<Expectation, Long> next = new EnumMap<>(Expectation.class);

    @Override
    public boolean compare(Connection connection, Findings findings) throws SQLException {
        boolean last = true;
        for (Expectation one : Expectation.values()) {
            long from = compared.getOrDefault(one, 0L);
            long end = Progress.of(connection, one.group);
            long to = Math.min(end, from + POSITIONS);
            if (to > from) {
                compare(connection, one, from, to, findings);
                next.put(one, to);
                last &= to == end;
            }
        }
        return last;
    }

    private static void compare(Connection connection, Expectation expected, long from, long to, Findings findings)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(expected.sql)) {
            statement.setLong(1, from);
            statement.setLong(2, to);
            statement.setString(3, expected.type);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    findings.add(
                            FaultKind.VIEW_ROW_MISSING,
                            expected.table + " "
                                    + (expected == Expectation.SEAT
                                            ? row.getString(1).replace('-', ' ')
                                            : row.getString(1)),
                            row.getLong(2),
                            "there is " + expected.type);
                }
            }
        }
    }

    @Override
    public void advance() {
        compared.putAll(next);
    }
}
