package ticketing.analysis.export;

import java.util.Locale;

/** What kind of files are written. */
public enum Format {
    /** Columns, compressed with Zstandard. */
    PARQUET("parquet", "FORMAT parquet, COMPRESSION zstd", "read_parquet(%s)"),
    /** With a header line; RFC 4180. */
    CSV(
            "csv",
            "FORMAT csv, HEADER true",
            "read_csv(%s, header = true, auto_detect = false, columns = " + Column.types() + ")"),
    /** A JSON object on each line. */
    NDJSON("ndjson", "FORMAT json", "read_json(%s, format = 'newline_delimited', columns = " + Column.types() + ")");

    private final String suffix;
    private final String copy;
    private final String read;

    Format(String suffix, String copy, String read) {
        this.suffix = suffix;
        this.copy = copy;
        this.read = read;
    }

    /** What its files' names end with, without the dot. */
    public String suffix() {
        return suffix;
    }

    String copyOptions() {
        return copy;
    }

    /** The table function that reads these files back, which are a list in SQL. */
    String reader(String files) {
        return read.formatted(files);
    }

    /** By its name in any case. */
    public static Format named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
