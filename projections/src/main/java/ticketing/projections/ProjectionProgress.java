package ticketing.projections;

import java.time.Duration;

/**
 * How far each read model has come in the event store. Positions are the store's global ones: they start at 1, have no gaps and follow the order
 * of commits, so a read model at position n has seen everything up to n.
 */
public interface ProjectionProgress {

    /** The last position whose events are committed to this processing group's read model; 0 before the first. */
    long position(String processingGroup);

    /**
     * Waits until the read model has come to this position.
     *
     * @return whether it has, in time
     */
    boolean await(String processingGroup, long position, Duration atMost);
}
