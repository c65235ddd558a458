package ticketing.analysis.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import ticketing.command.eventstore.StoredTypes;
import ticketing.messages.StoredAs;

/**
 * Writes the store, or a slice of it, into files of a directory, a part at a time: memory stays the same whatever the size of the store, and an export that was cut
 * off goes on where it was. Once complete, running it again adds what has happened since.
 */
public final class Export {

    /** Rows of a file at most; a hundred thousand events are some megabytes. */
    static final int ROWS_A_PART = 200_000;

    /** Positions that are read with one statement. */
    private static final int WINDOW = 10_000;

    private static final String EVENTS = """
            SELECT position, time_stamp, payload_type, payload FROM store.domain_event
            WHERE position > ? AND position <= ?
              AND (?::timestamptz IS NULL OR time_stamp >= ?::timestamptz) AND (?::timestamptz IS NULL OR time_stamp < ?::timestamptz)
              AND (?::text IS NULL OR aggregate_identifier = ? OR (aggregate_identifier >= ? || '-' AND aggregate_identifier < ? || '.'))
              AND (?::text IS NULL OR payload_type = ? OR (payload_type LIKE ? AND ? LIKE '%.*'))
            ORDER BY position
            """;

    private static final String SHOW = """
            SELECT 1 FROM store.domain_event WHERE aggregate_identifier = ? AND payload_type LIKE 'show.%' LIMIT 1
            """;

    /** Told how far it is. */
    @FunctionalInterface
    public interface Watcher {
        /** @param of the last position that will be read */
        void reached(long position, long of);
    }

    /**
     * What an export has come to.
     *
     * @param rows in all files
     * @param files how many
     * @param position up to which event of the store
     */
    public record Outcome(long rows, int files, long position) {}

    private final Path directory;
    private final Format format;
    private final Slice slice;
    private final int rowsAPart;

    /** @param directory is created; if an export is in it, that one is gone on with */
    public Export(Path directory, Format format, Slice slice) {
        this(directory, format, slice, ROWS_A_PART);
    }

    Export(Path directory, Format format, Slice slice, int rowsAPart) {
        this.directory = directory;
        this.format = format;
        this.slice = slice;
        this.rowsAPart = rowsAPart;
    }

    /**
     * Exports everything up to the store's present head.
     *
     * @param store a connection in whose transactions nothing is written; they are short
     * @throws IllegalArgumentException if another export is in the directory, or the slice is of a show or a type that there is not; nothing is written then
     */
    public Outcome run(Connection store, Watcher watcher) throws SQLException, IOException {
        refuseUnknown(store);
        Files.createDirectories(directory);
        Manifest manifest = manifest(store);
        removeUnknownParts(manifest);
        Rows rows = new Rows(Pseudonyms.keptIn(directory));
        long head = single(store, "SELECT position FROM store.event_head");
        try (Connection memory = DriverManager.getConnection("jdbc:duckdb:");
                Statement duck = memory.createStatement()) {
            DuckDbSettings.apply(duck, directory);
            duck.execute("CREATE TABLE part (" + Column.definitions() + ")");
            while (manifest.position() < head) {
                manifest = part(store, rows, memory.unwrap(DuckDBConnection.class), manifest, head, watcher);
                manifest.writeTo(directory);
            }
        }
        if (manifest.parts().isEmpty()) {
            manifest.writeTo(directory);
        }
        return new Outcome(manifest.rows(), manifest.parts().size(), manifest.position());
    }

    /** A mistyped name would look like a show of which nothing is known. */
    private void refuseUnknown(Connection store) throws SQLException {
        TreeSet<String> types = StoredTypes.events().stream()
                .map(event -> event.getAnnotation(StoredAs.class).value())
                .collect(Collectors.toCollection(TreeSet::new));
        if (!slice.isOfKnownType(types)) {
            throw new IllegalArgumentException(
                    "No event is of type " + slice.type() + "; there are " + String.join(", ", types) + ".");
        }
        if (slice.show() != null) {
            try (PreparedStatement events = store.prepareStatement(SHOW)) {
                events.setString(1, slice.show());
                try (ResultSet event = events.executeQuery()) {
                    if (!event.next()) {
                        throw new IllegalArgumentException("There is no show " + slice.show() + " in this store.");
                    }
                }
            }
        }
    }

    private Manifest manifest(Connection store) throws SQLException, IOException {
        Manifest fresh = new Manifest(
                Column.SCHEMA_VERSION,
                format.name().toLowerCase(Locale.ROOT),
                epoch(store),
                slice.toString(),
                0,
                List.of());
        Manifest found = Manifest.in(directory).orElse(fresh);
        if (!found.begun().equals(fresh)) {
            throw new IllegalArgumentException("In " + directory
                    + " is another export: of another store, slice, format or version. Choose another directory.");
        }
        return found;
    }

    /** A part that was being written when an earlier run was cut off. */
    private void removeUnknownParts(Manifest manifest) throws IOException {
        Files.deleteIfExists(directory.resolve(name(manifest.parts().size() + 1)));
    }

    private String name(int part) {
        return Manifest.nameOfPart(part, format);
    }

    private Manifest part(
            Connection store, Rows rows, DuckDBConnection memory, Manifest manifest, long head, Watcher watcher)
            throws SQLException, IOException {
        long position = manifest.position();
        long first = 0;
        long last = 0;
        long written = 0;
        try (DuckDBAppender table = memory.createAppender("part")) {
            while (position < head && written < rowsAPart) {
                long end = Math.min(head, position + Math.min(WINDOW, rowsAPart));
                try (PreparedStatement events = store.prepareStatement(EVENTS)) {
                    bind(events, position, end);
                    try (ResultSet event = events.executeQuery()) {
                        while (event.next()) {
                            last = event.getLong(1);
                            first = first == 0 ? last : first;
                            for (Row row : rows.of(
                                    store,
                                    last,
                                    event.getTimestamp(2).toInstant(),
                                    event.getString(3),
                                    event.getBytes(4))) {
                                row.appendTo(table);
                                written++;
                            }
                        }
                    }
                }
                store.rollback();
                position = end;
                watcher.reached(position, head);
            }
        }
        if (written == 0) {
            return manifest.with(null, position);
        }
        Path file = directory.resolve(name(manifest.parts().size() + 1));
        try (Statement duck = memory.createStatement()) {
            duck.execute("COPY part TO " + DuckDbSettings.quoted(file.toString()) + " (" + format.copyOptions() + ")");
            duck.execute("TRUNCATE part");
        }
        return manifest.with(
                new Manifest.Part(file.getFileName().toString(), written, first, last, sha256(file)), position);
    }

    private void bind(PreparedStatement events, long after, long end) throws SQLException {
        events.setLong(1, after);
        events.setLong(2, end);
        Timestamp since = slice.since() == null ? null : Timestamp.from(slice.since());
        Timestamp until = slice.until() == null ? null : Timestamp.from(slice.until());
        events.setTimestamp(3, since);
        events.setTimestamp(4, since);
        events.setTimestamp(5, until);
        events.setTimestamp(6, until);
        for (int parameter = 7; parameter <= 10; parameter++) {
            events.setString(parameter, slice.show());
        }
        String type = slice.type();
        events.setString(11, type);
        events.setString(12, type);
        events.setString(13, type == null ? null : type.replace("*", "%"));
        events.setString(14, type);
    }

    private static String epoch(Connection store) throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery("SELECT epoch FROM store.event_head")) {
            row.next();
            return row.getString(1);
        }
    }

    private static long single(Connection store, String query) throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
