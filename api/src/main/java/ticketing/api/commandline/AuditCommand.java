package ticketing.api.commandline;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import ticketing.auditor.Audit;
import ticketing.auditor.Fault;

/** Examines a store once, as fast as it goes, and says what was found. */
final class AuditCommand implements CommandLine.Command {

    static final int SOUND = 0;
    static final int FAULTY = 1;

    @Override
    public String usage() {
        return """
                audit [--url JDBC-URL --user NAME --password WORD | --data-dir DIR]
                    examines the whole store and its read models; exit code 0: sound, 1: faults were found, 2: could not be examined""";
    }

    @Override
    public int run(List<String> given, PrintStream out, PrintStream progress) throws SQLException {
        Arguments arguments = new Arguments(given, Store.OPTIONS, Set.of());
        arguments.refuseRest();
        try (Store store = Store.open(arguments);
                Connection connection = store.connect()) {
            Audit audit = new Audit();
            Bar bar = new Bar(progress, "events");
            boolean complete = false;
            while (!complete) {
                complete = audit.step(connection);
                // The next step reads a snapshot of its own.
                connection.rollback();
                bar.show(audit.position(), audit.position() + audit.behind());
            }
            bar.finish(audit.position());
            return report(audit.report(), out);
        }
    }

    private static int report(Audit.Report report, PrintStream out) {
        out.printf("%-14s%,d%n", "Events", report.position());
        out.printf("%-14s%,d%n", "Shows", report.shows());
        out.printf("%-14s%,d%n", "Tickets sold", report.ticketsSold());
        report.captured().forEach((currency, amount) -> {
            if (amount.signum() != 0) {
                out.printf("%-14s%s %s%n", "Captured", amount.toPlainString(), currency);
            }
        });
        if (report.isSound()) {
            out.println(
                    "Sound: every seat is sold at most once, the money adds up, and every read model tells the truth.");
            return SOUND;
        }
        out.printf("FAULTS: %,d%s%n", report.faults().size(), report.more() ? " and more" : "");
        for (Fault fault : report.faults()) {
            out.println("  " + fault);
        }
        return FAULTY;
    }
}
