package ticketing.api.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import ticketing.auditor.Audit;

/** Steps of an examination, each in a short transaction of its own that reads one snapshot; where several nodes have an auditor, they take turns. */
final class Snapshots {

    /** Any number will do that nobody else uses. */
    private static final long AUDITOR_LOCK = 7_305_129_044_112_807L;

    /** What became of a step. */
    enum Outcome {
        COMPLETE,
        MORE,
        ANOTHER_AUDITOR
    }

    private final DataSource database;

    Snapshots(DataSource database) {
        this.database = database;
    }

    Outcome step(Audit audit) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try {
                if (!locked(connection)) {
                    return Outcome.ANOTHER_AUDITOR;
                }
                return audit.step(connection) ? Outcome.COMPLETE : Outcome.MORE;
            } finally {
                connection.rollback();
            }
        }
    }

    private static boolean locked(Connection connection) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
            lock.setLong(1, AUDITOR_LOCK);
            try (ResultSet row = lock.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
