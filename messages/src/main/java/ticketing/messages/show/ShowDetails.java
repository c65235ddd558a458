package ticketing.messages.show;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.performer.PerformerId;

/**
 * What an organizer says of a show and may still change after it is published.
 *
 * @param endsAt when it is over; absent if not known
 * @param onSaleAt when tickets can be booked from; absent: from publication
 * @param holdSeconds how long a hold lasts
 */
public record ShowDetails(
        String name,
        String description,
        ShowType type,
        List<PerformerId> performerIds,
        Instant startsAt,
        @Nullable Instant endsAt,
        @Nullable Instant onSaleAt,
        int holdSeconds,
        int maxTicketsPerBooking,
        List<String> imageIds) {

    public static final int DEFAULT_HOLD_SECONDS = 600;
    public static final int DEFAULT_MAX_TICKETS = 8;

    /** No show lets one booking have more tickets. */
    public static final int MOST_TICKETS = 100;

    public ShowDetails {
        performerIds = List.copyOf(performerIds);
        imageIds = List.copyOf(imageIds);
    }

    /** When its tickets stop being sold: at its end, or at its start where no end is known. */
    public Instant saleEndsAt() {
        return endsAt == null ? startsAt : endsAt;
    }
}
