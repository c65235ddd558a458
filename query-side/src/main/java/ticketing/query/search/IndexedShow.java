package ticketing.query.search;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Money;
import ticketing.messages.search.SearchShows.Hit;
import ticketing.messages.search.SearchShows.HitVenue;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;
import ticketing.query.Geography;
import ticketing.query.Rows;

/** A document of the index, of plain types only, so that any mapper of the client can read it. */
@JsonIgnoreProperties(ignoreUnknown = true)
record IndexedShow(
        String showId,
        String name,
        String type,
        String startsAt,
        String zone,
        String venueId,
        String venueName,
        String city,
        String country,
        Point location,
        List<String> performers,
        @Nullable String minPrice,
        @Nullable String currency,
        long available,
        @Nullable String imageId) {

    record Point(double lat, double lon) {}

    /** @param from where the distance is measured from, if it is */
    Hit hit(@Nullable GeoPoint from) {
        GeoPoint place = new GeoPoint(location.lat, location.lon);
        return new Hit(
                new ShowId(showId),
                name,
                ShowType.valueOf(type),
                Instant.parse(startsAt),
                zone,
                new HitVenue(new VenueId(venueId), venueName, city, country, place),
                performers,
                minPrice == null || currency == null ? null : new Money(new BigDecimal(minPrice), currency),
                available,
                from == null ? null : Geography.rounded(Geography.distanceKm(from, place)),
                Rows.imageUrl(imageId));
    }

    Candidate candidate() {
        return new Candidate(new ShowId(showId), name, performers);
    }
}
