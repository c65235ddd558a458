package ticketing.messages.venue;

import java.time.ZoneId;
import java.util.List;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;

/** Asks for the venues within a distance of a point, nearest first. */
public record VenuesNear(GeoPoint point, double radiusKm, int limit) {

    /** At most as many as were asked for. */
    public record Venues(List<NearVenue> venues) {}

    /** A venue without its seat map, which may be large. */
    public record NearVenue(
            VenueId venueId,
            String name,
            Address address,
            GeoPoint location,
            ZoneId zone,
            int seatCount,
            double distanceKm) {}
}
