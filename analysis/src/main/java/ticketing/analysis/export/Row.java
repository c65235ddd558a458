package ticketing.analysis.export;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** One row of an export; what is not set is null. */
final class Row {

    private final Map<Column, Object> values = new EnumMap<>(Column.class);

    Row with(Column column, @Nullable Object value) {
        if (value != null) {
            values.put(column, value instanceof Instant instant ? utc(instant) : value);
        }
        return this;
    }

    private static LocalDateTime utc(Instant instant) {
        return LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
    }

    void appendTo(DuckDBAppender table) throws SQLException {
        table.beginRow();
        for (Column column : Column.values()) {
            switch (values.get(column)) {
                case null -> table.appendNull();
                case Long number -> table.append(number.longValue());
                case Integer number when column.type().equals("SMALLINT") -> table.append(number.shortValue());
                case Integer number -> table.append(number.intValue());
                case BigDecimal amount -> table.append(amount.setScale(4));
                case LocalDateTime time -> table.append(time);
                case String text -> table.append(text);
                case Object other -> throw new IllegalStateException("a column cannot hold " + other.getClass());
            }
        }
        table.endRow();
    }
}
