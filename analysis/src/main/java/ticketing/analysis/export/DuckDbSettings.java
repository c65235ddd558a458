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
        duck.execute(
                "SET temp_directory = '" + temporary.resolve("spill").toString().replace("'", "''") + "'");
    }
}
