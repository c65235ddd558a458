package ticketing.analysis.export;

import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;

/** How much DuckDB may use, and that it loads nothing from anywhere. */
final class DuckDbSettings {

    private DuckDbSettings() {}

    static void apply(Statement duck, Path temporary) throws SQLException {
        duck.execute("SET autoinstall_known_extensions = false");
        duck.execute("SET autoload_known_extensions = false");
        duck.execute("SET memory_limit = '512MB'");
        duck.execute("SET threads = " + Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4));
        duck.execute("SET temp_directory = " + quoted(temporary.resolve("spill").toString()));
    }

    /**
     * From now on nothing but these files can be reached, and nothing can be set: what is asked may come from anybody.
     *
     * @param files a list in SQL
     */
    static void close(Statement duck, String files) throws SQLException {
        duck.execute("SET allowed_paths = " + files);
        duck.execute("SET enable_external_access = false");
        duck.execute("SET lock_configuration = true");
    }

    /** As a text in SQL. */
    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
