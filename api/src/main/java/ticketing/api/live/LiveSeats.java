package ticketing.api.live;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import ticketing.messages.show.ShowId;
import ticketing.projections.seatfeed.Availability;
import ticketing.projections.seatfeed.ResumePoint;
import ticketing.projections.seatfeed.SeatFeed;
import ticketing.projections.seatfeed.SeatFeedBehind;
import ticketing.projections.seatfeed.SeatSubscription;

/** The seat feed in the words of HTTP: what cannot be told now is a 503. */
final class LiveSeats {

    private static final int LONGEST_EPOCH = 80;

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

    SeatSubscription subscribe(ShowId showId, Optional<ResumePoint> resumeFrom) {
        try {
            return feed.subscribe(showId, resumeFrom.orElse(null));
        } catch (SeatFeedBehind e) {
            throw unavailable(e);
        }
    }

    /** Finds out whether the show can be watched, and throws what {@link #subscribe} would. */
    void check(ShowId showId) {
        subscribe(showId, Optional.empty()).close();
    }

    private static ResponseStatusException unavailable(SeatFeedBehind cause) {
        return new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, null, cause);
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
