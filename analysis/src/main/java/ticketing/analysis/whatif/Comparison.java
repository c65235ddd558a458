package ticketing.analysis.whatif;

import com.mitchtalmadge.asciidata.graph.ASCIIGraph;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Reality and what would have been, side by side, for people. */
public final class Comparison {

    private static final int COLUMNS = 70;
    private static final int ROWS = 10;
    private static final String NEVER = "-";

    private final Outcome reality;
    private final Outcome changed;

    public Comparison(Outcome reality, Outcome changed) {
        this.reality = reality;
        this.changed = changed;
    }

    /** Prints a table and a chart for each of the tickets sold over the same time. */
    public void print(PrintStream out) {
        out.printf("%-28s%14s%14s%14s%n", "", "reality", "what if", "difference");
        number(out, "bookings", reality.bookings(), changed.bookings());
        number(out, "  paid", reality.paid(), changed.paid());
        number(out, "  expired", reality.expired(), changed.expired());
        number(out, "  given back", reality.released(), changed.released());
        number(out, "  refunded", reality.refunded(), changed.refunded());
        number(out, "tickets sold", reality.ticketsSold(), changed.ticketsSold());
        out.printf(
                "%-28s%14s%14s%14s%n",
                "revenue",
                reality.revenue().toPlainString(),
                changed.revenue().toPlainString(),
                changed.revenue().subtract(reality.revenue()).toPlainString());
        time(out, "half of the sales after", Outcome::untilHalf);
        time(out, "last sale after", Outcome::untilLast);
        for (Map.Entry<String, Integer> refusal : new TreeMap<>(changed.refusals()).entrySet()) {
            out.printf("%-28s%14s%,14d%n", "buyers refused: " + refusal.getKey(), "unknown", refusal.getValue());
        }
        chart(out);
    }

    private static void number(PrintStream out, String what, int before, int after) {
        out.printf(Locale.ROOT, "%-28s%,14d%,14d%+,14d%n", what, before, after, after - before);
    }

    /** Where nothing was sold there is no such time. */
    private void time(PrintStream out, String what, Function<Outcome, Duration> of) {
        boolean before = !reality.sold().isEmpty();
        boolean after = !changed.sold().isEmpty();
        out.printf(
                "%-28s%14s%14s%14s%n",
                what,
                before ? shown(of.apply(reality)) : NEVER,
                after ? shown(of.apply(changed)) : NEVER,
                before && after ? shown(of.apply(changed).minus(of.apply(reality))) : NEVER);
    }

    private static String shown(Duration duration) {
        Duration size = duration.abs();
        return String.format(
                Locale.ROOT,
                "%s%d:%02d:%04.1f",
                duration.isNegative() ? "-" : "",
                size.toHours(),
                size.toMinutesPart(),
                size.toSecondsPart() + size.toMillisPart() / 1000.0);
    }

    private void chart(PrintStream out) {
        TreeSet<Instant> moments = new TreeSet<>(reality.sold().keySet());
        moments.addAll(changed.sold().keySet());
        Instant from = reality.firstAt();
        if (moments.isEmpty() || from == null) {
            return;
        }
        Duration whole = Duration.between(from, moments.last());
        if (whole.isZero() || whole.isNegative()) {
            return;
        }
        line(out, "reality", reality, from, whole);
        line(out, "what if", changed, from, whole);
    }

    private static void line(PrintStream out, String what, Outcome outcome, Instant from, Duration whole) {
        double[] sold = new double[COLUMNS];
        for (int i = 0; i < COLUMNS; i++) {
            sold[i] = outcome.soldAt(from.plus(whole.multipliedBy(i).dividedBy(COLUMNS - 1)));
        }
        out.printf("%nTickets sold in the %s from the first booking on: %s%n", shown(whole), what);
        out.println(ASCIIGraph.fromSeries(sold).withNumRows(ROWS).plot());
    }
}
