package ticketing.query.search;

import co.elastic.clients.json.JsonData;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Base64;
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

/**
 * What is shown of a show that was found. The index has it beside each document as bytes in a column of its own: documents as they were written lie compressed
 * in blocks of many, and to unpack twenty blocks takes longer than to find the twenty shows.
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({
    "showId",
    "name",
    "type",
    "startsAt",
    "zone",
    "venueId",
    "venueName",
    "city",
    "country",
    "lat",
    "lon",
    "performers",
    "minPrice",
    "currency",
    "available",
    "imageId"
})
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
        double lat,
        double lon,
        List<String> performers,
        @Nullable String minPrice,
        @Nullable String currency,
        long available,
        @Nullable String imageId) {

    /** The field with these bytes. */
    static final String FIELD = "shown";

    private static final ObjectReader JSON = JsonMapper.builder().build().readerFor(IndexedShow.class);

    /**
     * Reads one that was asked for as a field of a hit.
     *
     * @throws IOException if the hit has none, or something else
     */
    static IndexedShow of(co.elastic.clients.elasticsearch.core.search.Hit<?> hit) throws IOException {
        JsonData shown = hit.fields().get(FIELD);
        if (shown == null) {
            throw new IOException("a hit without what is shown of it");
        }
        try {
            String bytes = shown.toJson().asJsonArray().getString(0);
            return JSON.readValue(Base64.getDecoder().decode(bytes));
        } catch (IllegalArgumentException | ClassCastException | IndexOutOfBoundsException e) {
            throw new IOException("a hit with something else than what is shown of it", e);
        }
    }

    /** @param from where the distance is measured from, if it is */
    Hit hit(@Nullable GeoPoint from) {
        GeoPoint place = new GeoPoint(lat, lon);
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
