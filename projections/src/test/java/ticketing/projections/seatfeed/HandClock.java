package ticketing.projections.seatfeed;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Time that stands still until it is moved. */
final class HandClock implements FramePacer {

    private record Alarm(long at, long order, Runnable action) {}

    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(Comparator.comparingLong(Alarm::at).thenComparingLong(Alarm::order));
    private long now;
    private long order;
    private @Nullable Runnable whenAsked;

    @Override
    public long nanoTime() {
        Runnable meanwhile = whenAsked;
        whenAsked = null;
        if (meanwhile != null) {
            meanwhile.run();
        }
        return now;
    }

    /** Lets this happen while somebody looks at the clock for the next time, once. */
    void whenNextAsked(Runnable meanwhile) {
        whenAsked = meanwhile;
    }

    @Override
    public void after(long nanos, Runnable action) {
        alarms.add(new Alarm(now + nanos, order++, action));
    }

    /** Runs what is due within this time. */
    void advance(Duration by) {
        long until = now + by.toNanos();
        while (!alarms.isEmpty() && alarms.peek().at() <= until) {
            Alarm alarm = alarms.remove();
            now = alarm.at();
            alarm.action().run();
        }
        now = until;
    }
}
