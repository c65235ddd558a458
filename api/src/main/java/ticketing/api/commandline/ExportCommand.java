package ticketing.api.commandline;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ticketing.analysis.export.Export;
import ticketing.analysis.export.Format;
import ticketing.analysis.export.Slice;

/** Writes the store, or a slice of it, into files. */
final class ExportCommand implements CommandLine.Command {

    private static final String DEFAULT_DIRECTORY = "export";

    private static final String AN_INSTANT = "an instant such as 2026-12-01T00:00:00Z";

    @Override
    public String usage() {
        return """
                export [--to DIR] [--format parquet|csv|ndjson] [--since INSTANT] [--until INSTANT] [--show ID] [--type TYPE|FEATURE.*]
                       [--url JDBC-URL --user NAME --password WORD | --data-dir DIR]
                    writes events into files of DIR (./export); the same again goes on where it was""";
    }

    @Override
    public int run(List<String> given, PrintStream out, PrintStream progress) throws SQLException, IOException {
        Set<String> options = new HashSet<>(Store.OPTIONS);
        options.addAll(Set.of("to", "format", "since", "until", "show", "type"));
        Arguments arguments = new Arguments(given, options, Set.of());
        arguments.refuseRest();
        Path directory = arguments.directory("to").orElse(Path.of(DEFAULT_DIRECTORY));
        Format format = arguments
                .option("format", "parquet, csv or ndjson", Format::named)
                .orElse(Format.PARQUET);
        Slice slice = new Slice(
                arguments.option("since", AN_INSTANT, Instant::parse).orElse(null),
                arguments.option("until", AN_INSTANT, Instant::parse).orElse(null),
                arguments.option("show").orElse(null),
                arguments.option("type").orElse(null));
        Export.Outcome outcome = export(arguments, new Export(directory, format, slice), progress);
        if (outcome.files() == 0) {
            out.printf(
                    "Up to event %,d there is none in this slice, so %s has no rows yet; the same command again adds what happens from then on%n",
                    outcome.position(), directory);
            return 0;
        }
        out.printf(
                "%,d rows in %d %s files in %s, up to event %,d; checksums are in SHA256SUMS%n",
                outcome.rows(), outcome.files(), format.suffix(), directory, outcome.position());
        return 0;
    }

    /** Runs it with a bar. */
    static Export.Outcome export(Arguments arguments, Export export, PrintStream progress)
            throws SQLException, IOException {
        try (Store store = Store.open(arguments);
                Connection connection = store.connect()) {
            Bar bar = new Bar(progress, "events");
            Export.Outcome outcome = export.run(connection, bar::show);
            bar.finish(outcome.position());
            return outcome;
        }
    }
}
