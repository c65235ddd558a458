package ticketing.api.venue;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.ZoneId;
import ticketing.api.problem.Problem;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueDetails;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;

/** What an organizer tells of a venue. */
record VenueRequest(
        @NotBlank @Size(max = 200) String name,
        @NotNull @Valid AddressRequest address,
        @NotNull GeoPoint location,
        @NotNull @Size(max = 64) String zone,
        @NotNull SeatMap seatMap) {

    record AddressRequest(
            @NotBlank @Size(max = 200) String line1,
            @NotBlank @Size(max = 100) String city,
            @NotBlank @Size(max = 100) String country) {}

    /** @throws Problem 400 naming {@code zone} */
    VenueDetails details() {
        if (!ZoneId.getAvailableZoneIds().contains(zone)) {
            throw Problem.invalid("zone", "must be an IANA time zone such as Europe/Berlin");
        }
        return new VenueDetails(
                name.strip(),
                new Address(address.line1.strip(), address.city.strip(), address.country.strip()),
                location,
                ZoneId.of(zone));
    }
}
