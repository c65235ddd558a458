package ticketing.auditor;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** How far a read model has come, as its token says; read in the same snapshot as its rows, which are written together with it. */
final class Progress {

    static final String CATALOGUE = "catalogue";
    static final String SEAT_VIEW = "seat-view";
    static final String BOOKING_VIEW = "booking-view";

    private static final String PLAIN_TOKEN = "GlobalSequenceTrackingToken";

    private Progress() {}

    /** The position of the last event that the read model has taken in; 0 if it has none, or is being built anew and cannot be compared now. */
    static long of(Connection connection, String group) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT token, token_type FROM store.token WHERE processor_name = ? AND segment = 0")) {
            statement.setString(1, group);
            try (ResultSet row = statement.executeQuery()) {
                byte[] token = row.next() ? row.getBytes(1) : null;
                return token == null || !row.getString(2).endsWith(PLAIN_TOKEN)
                        ? 0
                        : Payload.of(token).json().path("globalIndex").asLong();
            }
        }
    }
}
