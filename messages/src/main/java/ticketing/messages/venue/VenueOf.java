package ticketing.messages.venue;

import java.time.ZoneId;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;

/** Asks for a venue; answered with {@link Venue} or nothing. */
public record VenueOf(VenueId venueId) {

    /** @param seatMapVersion which version of its map this is; a show keeps the one it was published with */
    public record Venue(
            VenueId venueId,
            String name,
            Address address,
            GeoPoint location,
            ZoneId zone,
            int seatMapVersion,
            int seatCount,
            SeatMap seatMap) {}
}
