package ticketing.auditor;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Each row of {@code view.seat} against the last event of its ticket. */
final class SeatRows implements ViewPage {

    private static final String PAGE = """
            SELECT s.show_id, s.seat, s.status, s.booking_id, s.position, e.payload_type, e.payload, e.position
            FROM (SELECT * FROM view.seat WHERE (show_id, seat) > (?, ?) ORDER BY show_id, seat LIMIT ?) s
            LEFT JOIN LATERAL (
                SELECT payload_type, payload, position FROM store.domain_event
                WHERE aggregate_identifier = (s.show_id || '-' || s.seat) COLLATE "C" AND position <= ?
                ORDER BY sequence_number DESC LIMIT 1) e ON true
            ORDER BY s.show_id, s.seat
            """;

    private String show = "";
    private int seat = -1;
    private String lastShow = "";
    private int lastSeat = -1;

    @Override
    public boolean compare(Connection connection, Findings findings) throws SQLException {
        long upTo = Progress.of(connection, Progress.SEAT_VIEW);
        if (upTo == 0) {
            return true;
        }
        int rows = 0;
        try (PreparedStatement statement = connection.prepareStatement(PAGE)) {
            statement.setString(1, show);
            statement.setInt(2, seat);
            statement.setInt(3, ROWS);
            statement.setLong(4, upTo);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows++;
                    lastShow = row.getString(1);
                    lastSeat = row.getInt(2);
                    compare(row, upTo, findings);
                }
            }
        }
        return rows < ROWS;
    }

    private void compare(ResultSet row, long upTo, Findings findings) throws SQLException {
        String subject = "view.seat " + lastShow + " " + lastSeat;
        String type = row.getString(6);
        if (type == null) {
            findings.add(FaultKind.VIEW_ROW_EXTRA, subject, upTo, "nobody ever wanted this seat");
            return;
        }
        int status = EventTypes.HELD.contains(type) ? 1 : type.equals(EventTypes.TICKET_CONFIRMED) ? 2 : 0;
        @Nullable
        String booking = status == 0 ? null : Payload.of(row.getBytes(7)).textOrNull("bookingId");
        String expected = status + " " + booking + " by event " + row.getLong(8);
        String actual = row.getInt(3) + " " + row.getString(4) + " by event " + row.getLong(5);
        if (!Objects.equals(expected, actual)) {
            findings.add(FaultKind.VIEW_ROW_WRONG, subject, upTo, actual + " instead of " + expected);
        }
    }

    @Override
    public void advance() {
        show = lastShow;
        seat = lastSeat;
    }
}
