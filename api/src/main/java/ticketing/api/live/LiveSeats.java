package ticketing.api.live;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.show.ShowId;
import ticketing.projections.seatfeed.Availability;
import ticketing.projections.seatfeed.ResumePoint;
import ticketing.projections.seatfeed.SeatFeed;
import ticketing.projections.seatfeed.SeatFeedBehind;
import ticketing.projections.seatfeed.SeatSubscription;

/** The seat feed in the words of HTTP: what cannot be told now is a 503. */
final class LiveSeats {

    private static final int LONGEST_EPOCH = 80;

    private static final Logger LOG = LoggerFactory.getLogger(LiveSeats.class);

    private final SeatFeed feed;

    LiveSeats(SeatFeed feed) {
        this.feed = feed;
    }

    Availability availability(ShowId showId) {
        try {
            return feed.availability(showId);
        } catch (SeatFeedBehind e) {
            throw unavailable(e);
        }
    }

    /** The position up to which {@link #availability} would include everything now. */
    long head() {
        return feed.head();
    }

    SeatSubscription subscribe(Watch watch) {
        try {
            return feed.subscribe(
                    watch.showId(), watch.sections(), watch.resumeFrom().orElse(null));
        } catch (SeatFeedBehind e) {
            throw unavailable(e);
        }
    }

    /** For a watcher without a thread of its own, who is called when there may be something new. */
    SeatSubscription subscribe(Watch watch, Runnable onNews) {
        try {
            return feed.subscribe(
                    watch.showId(), watch.sections(), watch.resumeFrom().orElse(null), onNews);
        } catch (SeatFeedBehind e) {
            throw unavailable(e);
        }
    }

    /** Finds out whether this can be watched, and throws what {@link #subscribe(Watch)} would. */
    void check(Watch watch) {
        subscribe(watch).close();
    }

    private static Problem unavailable(SeatFeedBehind cause) {
        LOG.warn("A seat map cannot be told now: {}", cause.getMessage());
        return new Problem(ProblemCode.UNAVAILABLE, "The seat map cannot be told now; try again shortly.")
                .withHeader("Retry-After", "1");
    }

    /** What a client says it has seen; what cannot be understood is as good as nothing, for then it simply starts again. */
    static Optional<ResumePoint> resumeFrom(@Nullable String epoch, @Nullable String since) {
        if (epoch == null || since == null || epoch.isEmpty() || epoch.length() > LONGEST_EPOCH) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ResumePoint(epoch, Long.parseLong(since)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The same from the identifier of a server-sent event, EPOCH:SEQ. */
    static Optional<ResumePoint> resumeFrom(@Nullable String eventId) {
        if (eventId == null || eventId.indexOf(':') < 0) {
            return Optional.empty();
        }
        int colon = eventId.lastIndexOf(':');
        return resumeFrom(eventId.substring(0, colon), eventId.substring(colon + 1));
    }
}
