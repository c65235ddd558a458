package ticketing.api.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ticketing.api.start.StartRefused;

/** The database in a data directory, for a command beside the program: the running program's server if there is one, else one that runs as long as the command does. */
public final class EmbeddedStore implements AutoCloseable {

    private final String jdbcUrl;
    private final String user;
    private final String password;
    private final @Nullable PostgresServer server;
    private final @Nullable DataDirectory directory;

    private EmbeddedStore(
            String jdbcUrl,
            String user,
            String password,
            @Nullable PostgresServer server,
            @Nullable DataDirectory directory) {
        this.jdbcUrl = jdbcUrl;
        this.user = user;
        this.password = password;
        this.server = server;
        this.directory = directory;
    }

    /**
     * Finds the server of a running program, or starts one.
     *
     * @param asked the data directory, with a database in it
     * @param programs where PostgreSQL's programs are or will be unpacked; absent: in the data directory
     * @throws StartRefused if there is no database, or it cannot be opened
     */
    public static EmbeddedStore open(Path asked, @Nullable Path programs) {
        Path path = asked.toAbsolutePath().normalize();
        if (!Files.isDirectory(path.resolve("postgres"))) {
            throw new StartRefused("There is no database in " + path
                    + ": name another directory with --data-dir, or a database with --url.");
        }
        Optional<DataDirectory> claimed = DataDirectory.claimUnlessInUse(path);
        if (claimed.isEmpty()) {
            try {
                PostgresAccess access = PostgresAccess.rememberedIn(path.toRealPath());
                return new EmbeddedStore(
                        PostgresServer.jdbcUrl(access), PostgresServer.USER, access.password(), null, null);
            } catch (IOException e) {
                throw new StartRefused("How the database in " + path + " is reached cannot be read.", e);
            }
        }
        DataDirectory directory = claimed.get();
        PostgresServer server = PostgresServer.start(
                directory, programs == null ? directory.path().resolve("programs") : programs.toAbsolutePath());
        return new EmbeddedStore(server.jdbcUrl(), server.user(), server.password(), server, directory);
    }

    public String jdbcUrl() {
        return jdbcUrl;
    }

    public String user() {
        return user;
    }

    public String password() {
        return password;
    }

    /** Stops the server if this has started it. */
    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
        if (directory != null) {
            directory.close();
        }
    }
}
