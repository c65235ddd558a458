package ticketing.api.embedded;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/** Writes numbers into an embedded PostgreSQL and says each one that was committed, until it is killed. */
final class WriterUntilKilled {

    private static final int MOST = 1_000_000;

    private WriterUntilKilled() {}

    public static void main(String[] arguments) throws Exception {
        DataDirectory directory = DataDirectory.claim(Path.of(arguments[0]));
        PostgresServer server = PostgresServer.start(directory, Path.of(arguments[1]));
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE number (n integer PRIMARY KEY)");
            for (int i = 1; i <= MOST; i++) {
                statement.execute("INSERT INTO number VALUES (" + i + ")");
                System.out.println("committed " + i + ".");
            }
        }
    }
}
