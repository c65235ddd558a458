package ticketing.messages.venue;

import java.time.ZoneId;
import java.util.List;
import ticketing.messages.UserId;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;

/** Asks for an organizer's own venues in the order of their names. */
public record VenuesOfOrganizer(UserId organizer, int limit) {

    /** How many are told at most. */
    public static final int MOST = 1_000;

    /** At most as many as were asked for. */
    public record OwnVenues(List<OwnVenue> venues) {}

    /** A venue without its seat map, which may be large. */
    public record OwnVenue(
            VenueId venueId, String name, Address address, GeoPoint location, ZoneId zone, int seatCount) {}
}
