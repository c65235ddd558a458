package ticketing.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The table that is printed, fit to be pasted into a Markdown page. */
final class Report {

    private record Row(String what, String rate, String p50, String p99, String note) {}

    private final List<Row> rows = new ArrayList<>();
    private final PrintStream out;
    private boolean failures;

    Report(PrintStream out) {
        this.out = out;
    }

    void begins(String what) {
        out.println("… " + what);
    }

    void load(String what, Load.Outcome outcome, String unit, String note) {
        Histogram h = outcome.latencies();
        rows.add(new Row(
                what,
                String.format(Locale.ROOT, "%,.0f %s", outcome.perSecond(), unit),
                millis(h.getValueAtPercentile(50)),
                millis(h.getValueAtPercentile(99)),
                note));
    }

    /** Medians over several rounds, with the slowest and the fastest round, and the ratio to what was first. */
    void compared(String what, List<Load.Outcome> rounds, String unit, double first) {
        List<Double> rates =
                rounds.stream().map(Load.Outcome::perSecond).sorted().toList();
        rows.add(new Row(
                what,
                String.format(
                        Locale.ROOT, "%,.0f %s (%,.0f–%,.0f)", median(rates), unit, rates.getFirst(), rates.getLast()),
                millis((long) median(percentiles(rounds, 50))),
                millis((long) median(percentiles(rounds, 99))),
                String.format(Locale.ROOT, "%.2f × the first; %d rounds", median(rates) / first, rounds.size())));
    }

    private static List<Double> percentiles(List<Load.Outcome> rounds, double percentile) {
        return rounds.stream()
                .map(round -> (double) round.latencies().getValueAtPercentile(percentile))
                .toList();
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    void delays(String what, Histogram h, String note) {
        rows.add(new Row(
                what,
                "",
                millis(h.getValueAtPercentile(50)),
                millis(h.getValueAtPercentile(99)),
                h.getTotalCount() + " measured, longest " + millis(h.getMaxValue())
                        + (note.isEmpty() ? "" : ", " + note)));
    }

    void once(String what, Duration took, String note) {
        rows.add(new Row(what, String.format(Locale.ROOT, "%.2f s", took.toNanos() / 1e9), "", "", note));
    }

    void fact(String what, String value, String note) {
        rows.add(new Row(what, value, "", "", note));
    }

    /** Makes the whole run a failure. */
    void failed(String what, Exception why) {
        failures = true;
        out.println((why instanceof Inconsistent ? "INCONSISTENT: " : "FAILED: ") + what + ": " + why.getMessage());
        if (!(why instanceof Inconsistent)) {
            why.printStackTrace(out);
        }
        rows.add(new Row(what, "FAILED", "", "", String.valueOf(why.getMessage())));
    }

    boolean hasFailures() {
        return failures;
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, micros < 10_000 ? "%.2f ms" : "%.0f ms", micros / 1e3);
    }

    void print() {
        Row head = new Row("what", "rate or time", "p50", "p99", "");
        List<Row> all = new ArrayList<>(rows);
        all.addFirst(head);
        int[] widths = {
            width(all.stream().map(Row::what).toList()),
            width(all.stream().map(Row::rate).toList()),
            width(all.stream().map(Row::p50).toList()),
            width(all.stream().map(Row::p99).toList()),
            width(all.stream().map(Row::note).toList())
        };
        out.println();
        line(head, widths);
        out.printf(
                "|-%s-|-%s:|-%s:|-%s:|-%s-|%n",
                "-".repeat(widths[0]),
                "-".repeat(widths[1]),
                "-".repeat(widths[2]),
                "-".repeat(widths[3]),
                "-".repeat(widths[4]));
        rows.forEach(row -> line(row, widths));
    }

    private static int width(List<String> cells) {
        return cells.stream().mapToInt(String::length).max().orElse(1);
    }

    private void line(Row row, int[] widths) {
        out.println("| " + left(row.what, widths[0]) + " | " + right(row.rate, widths[1]) + " | "
                + right(row.p50, widths[2]) + " | " + right(row.p99, widths[3]) + " | " + left(row.note, widths[4])
                + " |");
    }

    private static String left(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private static String right(String text, int width) {
        return " ".repeat(width - text.length()) + text;
    }
}
