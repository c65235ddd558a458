package ticketing.query.performer;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.performer.PerformerOf;
import ticketing.messages.performer.PerformerOf.Performer;
import ticketing.messages.performer.PerformersOfOrganizer;
import ticketing.messages.performer.PerformersOfOrganizer.OwnPerformers;
import ticketing.query.Rows;

/** Answers questions for performers. */
@Component
public class Performers {

    private final JdbcClient jdbc;

    Performers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @QueryHandler
    @Nullable
    Performer handle(PerformerOf query) {
        return jdbc.sql("SELECT * FROM view.performer WHERE performer_id = ?")
                .param(query.performerId().value())
                .query(Performers::performer)
                .optional()
                .orElse(null);
    }

    @QueryHandler
    OwnPerformers handle(PerformersOfOrganizer query) {
        return new OwnPerformers(jdbc.sql(
                        "SELECT * FROM view.performer WHERE organizer_id = ? ORDER BY lower(name), performer_id LIMIT ?")
                .params(query.organizer().value(), query.limit())
                .query(Performers::performer)
                .list());
    }

    /** These performers, in this order; unknown ones are left out. */
    public List<Performer> all(List<PerformerId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return jdbc.sql("""
                SELECT p.* FROM unnest(?::text[]) WITH ORDINALITY AS u (performer_id, n) JOIN view.performer p USING (performer_id)
                ORDER BY u.n
                """)
                .param(ids.stream().map(PerformerId::value).toArray(String[]::new))
                .query(Performers::performer)
                .list();
    }

    private static Performer performer(ResultSet row, int n) throws SQLException {
        String imageId = row.getString("image_id");
        return new Performer(
                new PerformerId(row.getString("performer_id")),
                row.getString("name"),
                row.getString("description"),
                row.getString("genre"),
                imageId,
                Rows.imageUrl(imageId));
    }
}
