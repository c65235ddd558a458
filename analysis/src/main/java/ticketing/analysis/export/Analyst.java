package ticketing.analysis.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Asks an export in SQL. There is the table {@code events} with everything, {@code bookings} with a line for each, and a view for each ready-made question.
 * Files are read where they are; nothing is written.
 */
public final class Analyst implements AutoCloseable {

    /** A question that comes ready-made. */
    public enum Question {
        SALES_BY_MINUTE("seats held, sold and given back in each minute of a show's sale"),
        CONVERSION("how many bookings of a show were paid, given back and left to expire, and how long paying took"),
        TIME_TO_SELL_BY_SECTION(
                "when the first, half of the seats and the last seat of each section were sold, after the sale began"),
        REVENUE("tickets sold and refunded, and money, of each show and section"),
        DECLINES("why payments were declined, and how many of those bookings were paid in the end"),
        HOLDS("how many seats were held and then not bought, and for how long they were nobody else's");

        private final String answer;

        Question(String answer) {
            this.answer = answer;
        }

        /** The view's name. */
        public String view() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** What it tells, for people. */
        public String answer() {
            return answer;
        }
    }

    /** The one word that writes into files that may be read; all others DuckDB does not reach. */
    private static final Pattern COPY = Pattern.compile("\\bCOPY\\b", Pattern.CASE_INSENSITIVE);

    private final Connection duck;

    private Analyst(Connection duck) {
        this.duck = duck;
    }

    /**
     * Opens an export.
     *
     * @param directory with complete or incomplete parts
     * @throws IllegalArgumentException if there is no export
     */
    public static Analyst of(Path directory) throws SQLException, IOException {
        Manifest manifest = Manifest.in(directory)
                .orElseThrow(() -> new IllegalArgumentException("There is no export in " + directory + "."));
        Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = duck.createStatement()) {
            DuckDbSettings.apply(statement, directory);
            Format format = manifest.kind();
            String parts = manifest.parts().stream()
                    .map(part -> directory.toAbsolutePath().resolve(part.file()).toString())
                    .map(DuckDbSettings::quoted)
                    .collect(Collectors.joining(", ", "[", "]"));
            DuckDbSettings.close(statement, parts);
            String source = manifest.parts().isEmpty() ? "(SELECT * FROM nothing)" : format.reader(parts);
            statement.execute("CREATE TABLE nothing (" + Column.definitions() + ")");
            statement.execute("CREATE VIEW events AS SELECT * FROM " + source);
            for (String view : resource("views.sql").split(";\\s*\n", -1)) {
                if (!view.isBlank()) {
                    statement.execute(view);
                }
            }
            return new Analyst(duck);
        } catch (SQLException | RuntimeException e) {
            duck.close();
            throw e;
        }
    }

    private static String resource(String name) {
        try (InputStream file = Analyst.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is missing");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether there is nothing but queries in it; one that only has the word in a text is one, too. */
    private boolean isQuery(String sql) throws SQLException {
        try (PreparedStatement parsed =
                duck.prepareStatement("SELECT (json_serialize_sql(?)::JSON ->> 'error')::BOOLEAN")) {
            parsed.setString(1, sql);
            try (ResultSet row = parsed.executeQuery()) {
                return row.next() && !row.getBoolean(1);
            }
        }
    }

    /** What takes an answer in, line by line. */
    public interface Lines {
        /** The names of the columns, before everything else. */
        void columns(List<String> names);

        /** A line; what is null is an empty text. */
        void line(List<String> values);
    }

    /**
     * Asks.
     *
     * @throws SQLException with DuckDB's own words if it does not understand
     * @throws IllegalArgumentException if it would write into files
     */
    public void ask(String sql, Lines lines) throws SQLException {
        if (COPY.matcher(sql).find() && !isQuery(sql)) {
            throw new IllegalArgumentException("A question writes no files; --csv prints what can be kept in one.");
        }
        try (Statement statement = duck.createStatement()) {
            if (!statement.execute(sql)) {
                return;
            }
            try (ResultSet row = statement.getResultSet()) {
                int columns = row.getMetaData().getColumnCount();
                String[] names = new String[columns];
                for (int i = 0; i < columns; i++) {
                    names[i] = row.getMetaData().getColumnLabel(i + 1);
                }
                lines.columns(List.of(names));
                String[] values = new String[columns];
                while (row.next()) {
                    for (int i = 0; i < columns; i++) {
                        String value = row.getString(i + 1);
                        values[i] = value == null ? "" : value;
                    }
                    lines.line(List.of(values));
                }
            }
        }
    }

    @Override
    public void close() throws SQLException {
        duck.close();
    }
}
