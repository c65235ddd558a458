package ticketing.wrong.command;

import java.sql.Connection;
import java.time.Instant;

record SeatState(Connection connection) {
    Instant decided() {
        return Instant.now();
    }
}
