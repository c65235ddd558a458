package ticketing.analysis.export;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The columns of an export, in their order. What is not here is never exported; a change of the list is a new {@link #SCHEMA_VERSION}. */
enum Column {
    POSITION("BIGINT"),
    ORDINAL("SMALLINT"),
    HAPPENED_AT("TIMESTAMP"),
    TYPE("VARCHAR"),
    SHOW_ID("VARCHAR"),
    VENUE_ID("VARCHAR"),
    SEAT("INTEGER"),
    SECTION("VARCHAR"),
    SEATS("INTEGER"),
    BOOKING("VARCHAR"),
    BUYER("VARCHAR"),
    TICKETS("SMALLINT"),
    ATTEMPT("SMALLINT"),
    AMOUNT("DECIMAL(18,4)"),
    CURRENCY("VARCHAR"),
    HOLD_UNTIL("TIMESTAMP"),
    CAUSE("VARCHAR"),
    SHOW_TYPE("VARCHAR"),
    STARTS_AT("TIMESTAMP"),
    ON_SALE_AT("TIMESTAMP"),
    HOLD_SECONDS("INTEGER"),
    TICKET_LIMIT("SMALLINT"),
    CITY("VARCHAR"),
    COUNTRY("VARCHAR"),
    ZONE("VARCHAR");

    static final int SCHEMA_VERSION = 1;

    private final String type;

    Column(String type) {
        this.type = type;
    }

    /** Its name in files and queries. */
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    String type() {
        return type;
    }

    /** As in a CREATE TABLE. */
    static String definitions() {
        return Arrays.stream(values())
                .map(column -> column.title() + " " + column.type())
                .collect(Collectors.joining(", "));
    }

    /** As DuckDB's readers of text files take them. */
    static String types() {
        return Arrays.stream(values())
                .map(column -> "'" + column.title() + "': '" + column.type() + "'")
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
