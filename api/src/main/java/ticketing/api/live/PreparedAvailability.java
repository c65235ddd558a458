package ticketing.api.live;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import ticketing.api.prepared.Kept;
import ticketing.api.prepared.Prepared;
import ticketing.api.prepared.PreparedAnswers;
import ticketing.messages.Rejected;
import ticketing.messages.show.ShowId;
import ticketing.projections.seatfeed.Availability;
import tools.jackson.databind.json.JsonMapper;

/** The present availability of shows as it is sent, made once for each change. It is good until something more is committed, of whatever show. */
@Component
final class PreparedAvailability implements PreparedAnswers {

    private final LiveSeats seats;
    private final JsonMapper json;
    private final Kept<Long> kept;

    PreparedAvailability(LiveSeats seats, JsonMapper json) {
        this.seats = seats;
        this.json = json;
        this.kept = new Kept<>(seats::head);
    }

    static String tag(Availability availability) {
        return '"' + availability.epoch() + '-' + availability.seq() + '"';
    }

    @Override
    public String suffix() {
        return "/availability";
    }

    @Override
    public @Nullable Prepared kept(ShowId showId) {
        try {
            return kept.known(showId, before -> make(showId, before));
        } catch (Rejected e) {
            return null; // as the ordinary way will say
        }
    }

    /** @throws Rejected if there is no such published show */
    Prepared of(ShowId showId) {
        Prepared now = kept.get(showId, before -> make(showId, before));
        if (now == null) {
            throw new IllegalStateException("an availability that is neither there nor refused");
        }
        return now;
    }

    private Prepared make(ShowId showId, @Nullable Prepared before) {
        Availability now = seats.availability(showId);
        String tag = tag(now);
        return before != null && before.tag().equals(tag)
                ? before
                : Prepared.changing(json.writeValueAsBytes(now), tag);
    }
}
