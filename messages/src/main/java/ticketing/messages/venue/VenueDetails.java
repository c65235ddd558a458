package ticketing.messages.venue;

import java.time.ZoneId;
import ticketing.messages.venue.VenueDetails.Address;

/**
 * What is told about a venue.
 *
 * @param zone IANA time zone
 */
public record VenueDetails(String name, Address address, GeoPoint location, ZoneId zone) {

    /** @param country ISO 3166 code or name, as the organizer wrote it */
    public record Address(String line1, String city, String country) {}

    /** WGS 84 degrees. */
    public record GeoPoint(double lat, double lon) {
        public GeoPoint {
            if (!(lat >= -90 && lat <= 90)) {
                throw new IllegalArgumentException("lat lies between -90 and 90");
            }
            if (!(lon >= -180 && lon <= 180)) {
                throw new IllegalArgumentException("lon lies between -180 and 180");
            }
        }
    }
}
