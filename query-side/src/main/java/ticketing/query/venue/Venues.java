package ticketing.query.venue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneId;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;
import ticketing.messages.venue.VenueOf;
import ticketing.messages.venue.VenueOf.Venue;
import ticketing.messages.venue.VenuesNear;
import ticketing.messages.venue.VenuesNear.NearVenue;
import ticketing.messages.venue.VenuesOfOrganizer;
import ticketing.query.Geography;
import ticketing.query.Rows;

/** Answers questions for venues. */
@Component
class Venues {

    private final JdbcClient jdbc;

    Venues(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @QueryHandler
    @Nullable
    Venue handle(VenueOf query) {
        return jdbc.sql("""
                SELECT v.*, m.version, m.seat_count, m.seat_map
                FROM view.venue v JOIN view.seat_map m ON m.venue_id = v.venue_id AND m.version = v.seat_map_version
                WHERE v.venue_id = ?
                """)
                .param(query.venueId().value())
                .query((row, n) -> new Venue(
                        new VenueId(row.getString("venue_id")),
                        row.getString("name"),
                        address(row),
                        location(row),
                        ZoneId.of(row.getString("zone")),
                        row.getInt("version"),
                        row.getInt("seat_count"),
                        Rows.json(row, "seat_map", SeatMap.class)))
                .optional()
                .orElse(null);
    }

    @QueryHandler
    VenuesNear.Venues handle(VenuesNear query) {
        Geography.Box box = Geography.around(query.point(), query.radiusKm());
        return new VenuesNear.Venues(jdbc.sql("""
                SELECT * FROM (
                    SELECT v.*, m.seat_count, %s AS km
                    FROM view.venue v JOIN view.seat_map m ON m.venue_id = v.venue_id AND m.version = v.seat_map_version
                    WHERE %s) near
                WHERE km <= :radius ORDER BY km, venue_id LIMIT :limit
                """.formatted(Geography.DISTANCE_KM, box.condition()))
                .param("lat", query.point().lat())
                .param("lon", query.point().lon())
                .param("south", box.south())
                .param("north", box.north())
                .param("west", box.west())
                .param("east", box.east())
                .param("radius", query.radiusKm())
                .param("limit", query.limit())
                .query((row, n) -> new NearVenue(
                        new VenueId(row.getString("venue_id")),
                        row.getString("name"),
                        address(row),
                        location(row),
                        ZoneId.of(row.getString("zone")),
                        row.getInt("seat_count"),
                        Math.round(row.getDouble("km") * 100) / 100.0))
                .list());
    }

    @QueryHandler
    VenuesOfOrganizer.OwnVenues handle(VenuesOfOrganizer query) {
        return new VenuesOfOrganizer.OwnVenues(jdbc.sql("""
                SELECT v.*, m.seat_count
                FROM view.venue v JOIN view.seat_map m ON m.venue_id = v.venue_id AND m.version = v.seat_map_version
                WHERE v.organizer_id = ? ORDER BY lower(v.name), v.venue_id LIMIT ?
                """)
                .params(query.organizer().value(), query.limit())
                .query((row, n) -> new VenuesOfOrganizer.OwnVenue(
                        new VenueId(row.getString("venue_id")),
                        row.getString("name"),
                        address(row),
                        location(row),
                        ZoneId.of(row.getString("zone")),
                        row.getInt("seat_count")))
                .list());
    }

    private static Address address(ResultSet row) throws SQLException {
        return new Address(row.getString("line1"), row.getString("city"), row.getString("country"));
    }

    private static GeoPoint location(ResultSet row) throws SQLException {
        return new GeoPoint(row.getDouble("lat"), row.getDouble("lon"));
    }
}
