package ticketing.messages.show;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.performer.PerformerOf.Performer;
import ticketing.messages.ticket.TicketsOf.Ticket;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;

/**
 * Asks for a show; answered with {@link Show} or nothing. A draft exists only for its organizer.
 *
 * @param viewer who asks, if known
 * @param seesDrafts whether the viewer may see everybody's drafts
 * @param withTickets whether to list the tickets too
 */
public record ShowOf(ShowId showId, @Nullable UserId viewer, boolean seesDrafts, boolean withTickets) {

    /** As a stranger sees it. */
    public static ShowOf published(ShowId showId) {
        return new ShowOf(showId, null, false, false);
    }

    /**
     * Everything told about a show.
     *
     * @param onSaleAt since or from when tickets can be booked; absent for a draft without a date
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Show(
            ShowId eventId,
            String name,
            String description,
            ShowType type,
            ShowStatus status,
            Instant startsAt,
            @Nullable Instant endsAt,
            ZoneId zone,
            @Nullable Instant onSaleAt,
            int holdSeconds,
            int maxTicketsPerBooking,
            ShowVenue venue,
            List<Performer> performers,
            List<Section> sections,
            Availability availability,
            List<Image> images,
            @Nullable List<Ticket> tickets) {}

    /** Where it takes place. */
    public record ShowVenue(VenueId venueId, String name, Address address, GeoPoint location, ZoneId zone) {}

    /** @param price absent if the section is not for sale; then all of its counts are 0 */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Section(String name, @Nullable Money price, int available, int held, int sold) {}

    /** Counts of tickets; {@code total} is the sum of the others. */
    public record Availability(int available, int held, int sold, int total) {}

    /** A picture and where it is. */
    public record Image(String imageId, String url) {}
}
