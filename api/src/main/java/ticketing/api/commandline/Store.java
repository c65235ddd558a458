package ticketing.api.commandline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ticketing.api.embedded.EmbeddedStore;

/** The store that a command reads: one that is named by a JDBC URL, or the embedded one in the data directory. Never written to. */
final class Store implements AutoCloseable {

    /** Options of every command that reads a store. */
    static final Set<String> OPTIONS = Set.of("url", "user", "password", "data-dir");

    private static final String POSTGRESQL = "jdbc:postgresql:";

    private final String url;
    private final String user;
    private final String password;
    private final @Nullable EmbeddedStore embedded;

    private Store(String url, String user, String password, @Nullable EmbeddedStore embedded) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.embedded = embedded;
    }

    /**
     * Opens it.
     *
     * @throws UsageException if two are named, or one that is no PostgreSQL
     * @throws ticketing.api.start.StartRefused if there is none
     */
    static Store open(Arguments arguments) {
        Optional<Path> dataDir = arguments.directory("data-dir");
        if (dataDir.isPresent() && arguments.has("url")) {
            throw new UsageException("--url and --data-dir name two stores; which one is meant?");
        }
        String url = arguments.option("url").orElse(dataDir.isPresent() ? "" : setting("SPRING_DATASOURCE_URL"));
        if (!url.isEmpty() || arguments.has("url")) {
            if (!url.startsWith(POSTGRESQL)) {
                // Without the URL itself: there may be a password in it.
                throw new UsageException("The store's URL begins with " + POSTGRESQL + ", for example " + POSTGRESQL
                        + "//host:5432/ticketing.");
            }
            return new Store(
                    url,
                    arguments.option("user").orElse(setting("SPRING_DATASOURCE_USERNAME")),
                    arguments.option("password").orElse(setting("SPRING_DATASOURCE_PASSWORD")),
                    null);
        }
        String directory = setting("TICKETING_DATA_DIR");
        String programs = setting("ticketing.embedded.program-dir");
        EmbeddedStore embedded = EmbeddedStore.open(
                dataDir.orElse(Path.of(directory.isEmpty() ? "./data" : directory)),
                programs.isEmpty() ? null : Path.of(programs));
        return new Store(embedded.jdbcUrl(), embedded.user(), embedded.password(), embedded);
    }

    /** An environment variable, or a system property of this or the corresponding name. */
    private static String setting(String name) {
        String variable = System.getenv(name);
        return variable != null ? variable : System.getProperty(name, "");
    }

    /** A connection whose transactions read one snapshot each and write nothing. */
    Connection connect() throws SQLException {
        Properties properties = new Properties();
        if (!user.isEmpty()) {
            properties.setProperty("user", user);
        }
        if (!password.isEmpty()) {
            properties.setProperty("password", password);
        }
        properties.setProperty("ApplicationName", "ticketing command");
        properties.setProperty("connectTimeout", "10");
        Connection connection = DriverManager.getConnection(url, properties);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    public void close() {
        if (embedded != null) {
            try {
                embedded.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
