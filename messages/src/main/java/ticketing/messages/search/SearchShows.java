package ticketing.messages.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Money;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;

/**
 * Asks for published shows that are not over. Everything but the sort and the page narrows the answer; what is absent narrows nothing.
 *
 * @param keyword words of name, performers and their genres, venue or description; the last may be unfinished, typing errors are forgiven
 * @param location words of the city or the venue's name
 * @param radiusKm only with {@code near}
 * @param performer words of a performer's name
 * @param start shows that start at this instant or later
 * @param end shows that start before this instant
 * @param maxPrice in the show's own currency; a show with at least one section at this price or less
 * @param page from 0
 */
public record SearchShows(
        @Nullable String keyword,
        @Nullable String location,
        @Nullable GeoPoint near,
        @Nullable Double radiusKm,
        @Nullable ShowType type,
        @Nullable String performer,
        @Nullable Instant start,
        @Nullable Instant end,
        @Nullable BigDecimal maxPrice,
        boolean onlyAvailable,
        Sort sort,
        int page,
        int pageSize) {

    public static final int LARGEST_PAGE = 100;

    /** How many hits can be paged through; whoever wants more has to narrow the search. */
    public static final int DEEPEST_HIT = 10_000;

    public SearchShows {
        if (page < 0 || pageSize < 1 || pageSize > LARGEST_PAGE || (page + 1L) * pageSize > DEEPEST_HIT) {
            throw new IllegalArgumentException("no such page");
        }
        if (near == null && (radiusKm != null || sort == Sort.DISTANCE)) {
            throw new IllegalArgumentException("a distance needs a point to measure from");
        }
    }

    /** What comes first. */
    public enum Sort {
        RELEVANCE,
        DATE,
        DISTANCE,
        PRICE
    }

    /**
     * One page of what was found.
     *
     * @param facets how many of all hits are of each {@code type} and in each {@code city}
     * @param source which index answered
     * @param matchedBy {@link #BY_MEANING} if no show has the words and these are like them in meaning; absent where words were found, or nothing
     */
    public record Hits(
            List<Hit> items,
            long total,
            int page,
            int pageSize,
            Map<String, Map<String, Long>> facets,
            String source,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String matchedBy) {

        /** In place of hits: what is shown has other words than were asked for. */
        public static final String BY_MEANING = "meaning";
    }

    /**
     * A show that was found.
     *
     * @param minPrice the cheapest section's; absent if nothing has a price
     * @param available how many tickets are free
     * @param distanceKm from the point that was asked for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Hit(
            ShowId eventId,
            String name,
            ShowType type,
            Instant startsAt,
            String zone,
            HitVenue venue,
            List<String> performers,
            @Nullable Money minPrice,
            long available,
            @Nullable Double distanceKm,
            @Nullable String imageUrl) {}

    /** Where it takes place. */
    public record HitVenue(VenueId venueId, String name, String city, String country, GeoPoint location) {}
}
