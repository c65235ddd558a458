package ticketing.api.audit;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * How much of its time the auditor may work: little while somebody else needs the machine, more while nobody does. Selling is seen in the store, wherever it is; everything
 * else in the processors of this machine. Not for several threads.
 */
final class Pace {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** So long after it was busy it counts as busy: a sale pauses for a breath now and then. */
    private static final Duration STILL_BUSY = Duration.ofSeconds(10);

    /** Events a second from which somebody is selling. */
    private static final double SELLING = 20;

    /** The part of the processors in use from which the machine is busy; the auditor alone does not get there on two. */
    private static final double WORKING = 0.7;

    private final AuditSettings settings;
    private final DoubleSupplier processors;
    private final LongSupplier clock;

    private long looked;
    private long headBefore = -1;
    private boolean busy = true;
    private long busyAt;

    /**
     * @param processors which part of them is in use, from 0 to 1; negative where that is not known
     * @param clock nanoseconds from any moment
     */
    Pace(AuditSettings settings, DoubleSupplier processors, LongSupplier clock) {
        this.settings = settings;
        this.processors = processors;
        this.clock = clock;
        this.looked = clock.getAsLong();
        this.busyAt = looked;
    }

    /**
     * Which part of its time it may work now. At first as if everything were busy: who has just started has enough to do.
     *
     * @param head the last position of the store
     */
    double share(long head) {
        long now = clock.getAsLong();
        if (headBefore < 0) {
            headBefore = head;
            looked = now;
        } else if (now - looked >= BETWEEN_LOOKS.toNanos()) {
            double appended = (head - headBefore) / ((now - looked) / 1e9);
            if (appended >= SELLING || processors.getAsDouble() >= WORKING) {
                busyAt = now;
            }
            busy = now - busyAt < STILL_BUSY.toNanos();
            headBefore = head;
            looked = now;
        }
        return busy ? settings.share() : Math.max(settings.share(), settings.idleShare());
    }
}
