package ticketing.analysis.whatif;

import java.time.Duration;
import java.time.Instant;
import ticketing.messages.Event;

/**
 * Something that somebody did, or the alarm clock: what led to an event of the recording.
 *
 * @param due when it takes its turn; never before one with a lower position under unchanged rules
 * @param lag how long before its turn the clock was read for it: another command may have been waited for in between
 * @param position of the event that it led to; the order of steps that are due together
 * @param cause the event
 */
record Step(Instant due, Duration lag, long position, Event cause) implements Comparable<Step> {

    Instant now() {
        return due.minus(lag);
    }

    Step at(Instant other) {
        return new Step(other, lag, position, cause);
    }

    @Override
    public int compareTo(Step other) {
        int byTime = due.compareTo(other.due);
        return byTime != 0 ? byTime : Long.compare(position, other.position);
    }
}
