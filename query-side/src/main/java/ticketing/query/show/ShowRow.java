package ticketing.query.show;

import com.fasterxml.jackson.core.type.TypeReference;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowOf.ShowVenue;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;
import ticketing.query.Rows;

/**
 * A show as the catalogue has it.
 *
 * @param prices by section name, as the draft has them
 * @param seatMapVersion the version it was published with, or the venue's present one
 */
record ShowRow(
        UserId organizerId,
        ShowStatus status,
        ShowDetails details,
        Map<String, Money> prices,
        int seatMapVersion,
        @Nullable Instant publishedAt,
        ShowVenue venue) {

    private static final TypeReference<Map<String, Money>> PRICES = new TypeReference<>() {};

    /** The show, if this viewer may know of it: a show that was never published only its organizer may. */
    static @Nullable ShowRow find(JdbcClient jdbc, ShowId showId, @Nullable UserId viewer, boolean seesDrafts) {
        ShowRow show = jdbc.sql("""
                SELECT s.organizer_id, s.status, s.details, s.prices, s.published_at, v.venue_id, v.name, v.line1, v.city, v.country,
                       v.lat, v.lon, v.zone, coalesce(s.seat_map_version, v.seat_map_version) AS seat_map_version
                FROM view.show s JOIN view.venue v USING (venue_id)
                WHERE s.show_id = ?
                """)
                .param(showId.value())
                .query((row, n) -> read(row))
                .optional()
                .orElse(null);
        boolean visible = show != null && (show.publishedAt != null || seesDrafts || show.organizerId.equals(viewer));
        return visible ? show : null;
    }

    private static ShowRow read(ResultSet row) throws SQLException {
        ZoneId zone = ZoneId.of(row.getString("zone"));
        return new ShowRow(
                new UserId(row.getString("organizer_id")),
                ShowStatus.valueOf(row.getString("status")),
                Rows.json(row, "details", ShowDetails.class),
                Rows.json(row, "prices", PRICES),
                row.getInt("seat_map_version"),
                Rows.instantOrNull(row, "published_at"),
                new ShowVenue(
                        new VenueId(row.getString("venue_id")),
                        row.getString("name"),
                        new Address(row.getString("line1"), row.getString("city"), row.getString("country")),
                        new GeoPoint(row.getDouble("lat"), row.getDouble("lon")),
                        zone));
    }
}
