package ticketing.query.show;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.List;
import org.axonframework.queryhandling.QueryHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowOf.Availability;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.show.ShowType;
import ticketing.messages.show.ShowsOfOrganizer;
import ticketing.messages.show.ShowsOfOrganizer.OwnShow;
import ticketing.messages.show.ShowsOfOrganizer.OwnShows;
import ticketing.messages.venue.VenueId;
import ticketing.query.Rows;

/** Answers an organizer's question for everything they have made. */
@Component
class OrganizerShows {

    private final JdbcClient jdbc;

    OrganizerShows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A published show has one currency in all of its sections. */
    @QueryHandler
    OwnShows handle(ShowsOfOrganizer query) {
        String organizer = query.organizer().value();
        long total = jdbc.sql("SELECT count(*) FROM view.show WHERE organizer_id = ?")
                .param(organizer)
                .query(Long.class)
                .single();
        List<OwnShow> shows = jdbc.sql("""
                SELECT s.show_id, s.name, s.details ->> 'type' AS type, s.status, s.starts_at, v.zone, s.venue_id, v.name AS venue_name, v.city,
                       coalesce(t.available, 0) AS available, coalesce(t.held, 0) AS held, coalesce(t.sold, 0) AS sold, t.revenue, t.currency
                FROM (SELECT * FROM view.show WHERE organizer_id = ? ORDER BY starts_at DESC, show_id LIMIT ? OFFSET ?) s
                JOIN view.venue v USING (venue_id)
                LEFT JOIN LATERAL (
                    SELECT sum(available) AS available, sum(held) AS held, sum(sold) AS sold, sum(sold * amount) AS revenue, max(currency) AS currency
                    FROM view.section WHERE show_id = s.show_id) t ON true
                ORDER BY s.starts_at DESC, s.show_id
                """)
                .params(organizer, query.pageSize(), query.page() * query.pageSize())
                .query((row, n) -> show(row))
                .list();
        return new OwnShows(shows, total, query.page(), query.pageSize());
    }

    private static OwnShow show(ResultSet row) throws SQLException {
        ShowStatus status = ShowStatus.valueOf(row.getString("status"));
        // No seat of a cancelled show is to be had.
        int available = status == ShowStatus.CANCELLED ? 0 : row.getInt("available");
        int held = row.getInt("held");
        int sold = row.getInt("sold");
        return new OwnShow(
                new ShowId(row.getString("show_id")),
                row.getString("name"),
                ShowType.valueOf(row.getString("type")),
                status,
                Rows.instant(row, "starts_at"),
                ZoneId.of(row.getString("zone")),
                new VenueId(row.getString("venue_id")),
                row.getString("venue_name"),
                row.getString("city"),
                new Availability(available, held, sold, available + held + sold),
                Rows.moneyOrNull(row, "revenue", "currency"));
    }
}
