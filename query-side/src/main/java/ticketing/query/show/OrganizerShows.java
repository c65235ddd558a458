package ticketing.query.show;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.List;
import org.axonframework.queryhandling.QueryHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.Money;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowOf.Availability;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.show.ShowType;
import ticketing.messages.show.ShowsOfOrganizer;
import ticketing.messages.show.ShowsOfOrganizer.OwnShow;
import ticketing.messages.show.ShowsOfOrganizer.OwnShows;
import ticketing.messages.show.ShowsOfOrganizer.Sales;
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
                FROM (SELECT *, row_number() OVER (ORDER BY starts_at < now(), abs(extract(epoch FROM starts_at - now())), show_id) AS n
                      FROM view.show WHERE organizer_id = ? ORDER BY n LIMIT ? OFFSET ?) s
                JOIN view.venue v USING (venue_id)
                LEFT JOIN LATERAL (
                    SELECT sum(available) AS available, sum(held) AS held, sum(sold) AS sold, sum(sold * amount) AS revenue, max(currency) AS currency
                    FROM view.section WHERE show_id = s.show_id) t ON true
                ORDER BY s.n
                """)
                .params(organizer, query.pageSize(), query.page() * query.pageSize())
                .query((row, n) -> show(row))
                .list();
        return new OwnShows(shows, total, query.page(), query.pageSize(), sales(organizer));
    }

    private Sales sales(String organizer) {
        record InCurrency(long held, long sold, Money revenue) {}
        long published = jdbc.sql("SELECT count(*) FROM view.show WHERE organizer_id = ? AND status = 'PUBLISHED'")
                .param(organizer)
                .query(Long.class)
                .single();
        List<InCurrency> all = jdbc.sql("""
                SELECT t.currency, sum(t.held) AS held, sum(t.sold) AS sold, sum(t.sold * t.amount) AS revenue
                FROM view.show s JOIN view.section t USING (show_id)
                WHERE s.organizer_id = ? AND s.status = 'PUBLISHED' AND t.amount IS NOT NULL
                GROUP BY t.currency ORDER BY revenue DESC, t.currency
                """)
                .param(organizer)
                .query((row, n) -> new InCurrency(
                        row.getLong("held"), row.getLong("sold"), Rows.money(row, "revenue", "currency")))
                .list();
        return new Sales(
                published,
                all.stream().mapToLong(InCurrency::held).sum(),
                all.stream().mapToLong(InCurrency::sold).sum(),
                all.stream()
                        .filter(one -> one.sold > 0)
                        .map(InCurrency::revenue)
                        .toList());
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
