package ticketing.api.commandline;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** A progress bar in one line of a terminal; where there is no terminal, a line every few seconds. */
final class Bar {

    private static final int WIDTH = 30;
    private static final long TERMINAL_NANOS = 200_000_000L;
    private static final long LOG_NANOS = 5_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private final String unit;
    private final long began = System.nanoTime();
    private long shown;

    /** @param unit of what is counted, for example events */
    Bar(PrintStream out, String unit) {
        this.out = out;
        this.terminal = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        this.unit = unit;
        this.shown = began;
    }

    /** Shows it if enough time has gone by since it was shown last. */
    void show(long done, long total) {
        long now = System.nanoTime();
        if (now - shown >= (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
            shown = now;
            print(done, total, terminal ? "\r" : "", terminal ? "" : "\n");
        }
    }

    /** Shows it for the last time. */
    void finish(long done) {
        if (terminal) {
            print(done, done, "\r", "\n");
        }
    }

    private void print(long done, long total, String before, String after) {
        double part = total <= 0 ? 1 : Math.min(1, (double) done / total);
        int full = (int) (part * WIDTH);
        double seconds = Math.max(1e-3, (System.nanoTime() - began) / 1e9);
        double rate = done / seconds;
        long left = rate > 0 ? Math.round((total - done) / rate) : 0;
        out.print(before
                + String.format(
                        Locale.ROOT,
                        "[%s%s] %3d%%  %,d of %,d %s, %,.0f a second, %d:%02d left   ",
                        "#".repeat(full),
                        "-".repeat(WIDTH - full),
                        (int) (part * 100),
                        done,
                        total,
                        unit,
                        rate,
                        left / 60,
                        left % 60)
                + after);
        out.flush();
    }
}
