package ticketing.projections.replay;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a replay is.
 *
 * @param from the position of the first event that it takes in
 * @param position of the last event that the new tables have seen
 * @param head of the store, which is where it is going; it goes on moving while tickets are sold
 * @param eventsPerSecond since the process that is at work began
 * @param left until it is at the head at that rate; null if nobody knows yet
 * @param failure why it has failed, in a sentence
 */
public record Replay(
        State state,
        long from,
        long position,
        long head,
        double eventsPerSecond,
        @Nullable Duration left,
        Instant askedAt,
        @Nullable Instant endedAt,
        @Nullable String failure) {

    /** What has become of it. */
    public enum State {
        /** Asked for; another one is being carried out, or no process has taken it up yet. */
        WAITING,
        RUNNING,
        /** The new tables have taken the old ones' place. */
        DONE,
        /** Given up; the old tables are untouched. */
        FAILED
    }

    /** Whether it has yet to end. */
    public boolean isOpen() {
        return state == State.WAITING || state == State.RUNNING;
    }

    /** How many events it has gone through. */
    public long events() {
        return Math.max(0, position - from + 1);
    }

    /** Between 0 and 1. */
    public double share() {
        long all = head - from + 1;
        return state == State.DONE || all <= 0 ? 1 : Math.clamp((double) events() / all, 0, 1);
    }
}
