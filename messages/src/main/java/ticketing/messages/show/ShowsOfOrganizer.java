package ticketing.messages.show;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.show.ShowOf.Availability;
import ticketing.messages.venue.VenueId;

/**
 * Asks for an organizer's own shows, drafts and cancelled ones too: those to come, the next first, and then those that have begun, the latest first.
 *
 * @param page from 0
 */
public record ShowsOfOrganizer(UserId organizer, int page, int pageSize) {

    public static final int LARGEST_PAGE = 100;

    /** How many can be paged through. */
    public static final int DEEPEST = 10_000;

    public ShowsOfOrganizer {
        if (page < 0 || pageSize < 1 || pageSize > LARGEST_PAGE || (page + 1L) * pageSize > DEEPEST) {
            throw new IllegalArgumentException("no such page");
        }
    }

    /** @param total how many there are on all pages */
    public record OwnShows(List<OwnShow> events, long total, int page, int pageSize, Sales sales) {}

    /**
     * All published shows together.
     *
     * @param published how many there are
     * @param held tickets that somebody is about to pay for
     * @param revenue of each currency in which something was sold, the largest amount first
     */
    public record Sales(long published, long held, long sold, List<Money> revenue) {}

    /**
     * A show and how it sells.
     *
     * @param revenue what the sold tickets cost together; absent for a draft
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OwnShow(
            ShowId eventId,
            String name,
            ShowType type,
            ShowStatus status,
            Instant startsAt,
            ZoneId zone,
            VenueId venueId,
            String venueName,
            String city,
            Availability availability,
            @Nullable Money revenue) {}
}
