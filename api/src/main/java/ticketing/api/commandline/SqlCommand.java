package ticketing.api.commandline;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ticketing.analysis.export.Analyst;
import ticketing.analysis.export.Export;
import ticketing.analysis.export.Format;
import ticketing.analysis.export.Slice;

/** Asks an export, or the store as it is now, in SQL. */
final class SqlCommand implements CommandLine.Command {

    @Override
    public String usage() {
        return "sql [--from DIR] [--csv] [--url JDBC-URL --user NAME --password WORD | --data-dir DIR] \"SELECT …\"\n"
                + "    asks the export in DIR, or without --from the store as it is now; tables: events, bookings and the answers to\n"
                + Stream.of(Analyst.Question.values())
                        .map(question -> "      %-25s%s".formatted(question.view(), question.answer()))
                        .collect(Collectors.joining("\n"));
    }

    @Override
    public int run(List<String> given, PrintStream out, PrintStream progress) throws SQLException, IOException {
        Set<String> options = new HashSet<>(Store.OPTIONS);
        options.add("from");
        Arguments arguments = new Arguments(given, options, Set.of("csv"));
        if (arguments.rest().size() != 1) {
            throw new UsageException("One question is needed, in quotes: \"FROM revenue\".");
        }
        Table table = new Table(out, arguments.has("csv"));
        if (arguments.has("from")) {
            ask(arguments.directory("from").orElseThrow(), arguments.rest().getFirst(), table);
            return 0;
        }
        Path temporary = Files.createTempDirectory("ticketing-export");
        try {
            ExportCommand.export(arguments, new Export(temporary, Format.PARQUET, Slice.ALL), progress);
            ask(temporary, arguments.rest().getFirst(), table);
        } finally {
            delete(temporary);
        }
        return 0;
    }

    private static void ask(Path directory, String question, Table table) throws SQLException, IOException {
        try (Analyst analyst = Analyst.of(directory)) {
            analyst.ask(question, table);
            table.finish();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
