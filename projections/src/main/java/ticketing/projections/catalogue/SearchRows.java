package ticketing.projections.catalogue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.messages.Identifier;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.search.Words;
import ticketing.messages.show.ShowId;
import ticketing.messages.venue.VenueId;

/** The search's rows. Each is drawn anew from the catalogue's other tables whenever one of its parts has changed, so it needs no history. */
final class SearchRows {

    /** How many shows are drawn with one statement: a renamed venue may have thousands. */
    private static final int CHUNK = 500;

    /** Of long descriptions only the beginning can be found. */
    private static final int LONGEST_DESCRIPTION = 4_000;

    private static final int LONGEST_WORD = 40;

    private final JdbcClient jdbc;

    SearchRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What has changed. */
    static final class Outdated {
        final Set<ShowId> shows = new HashSet<>();
        final Set<VenueId> venues = new HashSet<>();
        final Set<PerformerId> performers = new HashSet<>();
    }

    void redraw(Outdated outdated) {
        String[] shows = values(outdated.shows);
        jdbc.sql("""
                DELETE FROM view.search
                WHERE show_id = ANY (?::text[]) AND show_id IN (SELECT show_id FROM view.show WHERE status <> 'PUBLISHED')
                """).param(shows).update();
        List<Texts> texts = jdbc.sql("""
                SELECT s.show_id, s.name, left(s.details ->> 'description', ?) AS description, v.name AS venue, v.city,
                       ARRAY(SELECT p.name FROM view.performer p WHERE p.performer_id = ANY (s.performer_ids)) AS performers
                FROM view.show s JOIN view.venue v USING (venue_id)
                WHERE s.status = 'PUBLISHED'
                  AND (s.show_id = ANY (?::text[]) OR s.venue_id = ANY (?::text[]) OR s.performer_ids && ?::text[])
                """)
                .param(LONGEST_DESCRIPTION)
                .param(shows)
                .param(values(outdated.venues))
                .param(values(outdated.performers))
                .query(SearchRows::texts)
                .list();
        for (int from = 0; from < texts.size(); from += CHUNK) {
            write(texts.subList(from, Math.min(texts.size(), from + CHUNK)));
        }
    }

    private void write(List<Texts> texts) {
        jdbc.sql("""
                INSERT INTO view.search (show_id, name, type, starts_at, over_at, zone, venue_id, venue_name, city, country, lat, lon,
                                         performers, min_price, currency, image_id, words, place_words, performer_words)
                SELECT s.show_id, s.name, s.details ->> 'type', s.starts_at,
                       coalesce((s.details ->> 'endsAt')::timestamptz, s.starts_at), v.zone,
                       v.venue_id, v.name, v.city, v.country, v.lat, v.lon,
                       ARRAY(SELECT p.name FROM unnest(s.performer_ids) WITH ORDINALITY AS u (performer_id, n)
                             JOIN view.performer p USING (performer_id) ORDER BY u.n),
                       priced.amount, priced.currency,
                       s.details -> 'imageIds' ->> 0,
                       setweight(to_tsvector('simple', t.name), 'A') || setweight(to_tsvector('simple', t.performers), 'A')
                           || setweight(to_tsvector('simple', t.place), 'B') || setweight(to_tsvector('simple', t.description), 'D'),
                       to_tsvector('simple', t.place), to_tsvector('simple', t.performers)
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                     AS t (show_id, name, performers, place, description)
                JOIN view.show s USING (show_id)
                JOIN view.venue v USING (venue_id)
                LEFT JOIN LATERAL (
                    SELECT (p.section -> 'price' ->> 'amount')::numeric AS amount, p.section -> 'price' ->> 'currency' AS currency
                    FROM jsonb_array_elements(s.sections) AS p (section)
                    WHERE p.section -> 'price' ->> 'amount' IS NOT NULL
                    ORDER BY amount LIMIT 1) priced ON true
                ON CONFLICT (show_id) DO UPDATE SET
                    name = excluded.name, type = excluded.type, starts_at = excluded.starts_at, over_at = excluded.over_at,
                    zone = excluded.zone, venue_id = excluded.venue_id, venue_name = excluded.venue_name, city = excluded.city,
                    country = excluded.country, lat = excluded.lat, lon = excluded.lon, performers = excluded.performers,
                    min_price = excluded.min_price, currency = excluded.currency, image_id = excluded.image_id,
                    words = excluded.words, place_words = excluded.place_words, performer_words = excluded.performer_words
                """)
                .param(texts.stream().map(Texts::showId).toArray(String[]::new))
                .param(texts.stream().map(Texts::name).toArray(String[]::new))
                .param(texts.stream().map(Texts::performers).toArray(String[]::new))
                .param(texts.stream().map(Texts::place).toArray(String[]::new))
                .param(texts.stream().map(Texts::description).toArray(String[]::new))
                .update();
        Set<String> vocabulary = new LinkedHashSet<>();
        for (Texts text : texts) {
            for (String part : List.of(text.name, text.performers, text.place)) {
                for (String word : part.split(" ", -1)) {
                    if (!word.isEmpty() && word.length() <= LONGEST_WORD) {
                        vocabulary.add(word);
                    }
                }
            }
        }
        jdbc.sql("INSERT INTO view.search_word SELECT unnest(?::text[]) ON CONFLICT DO NOTHING")
                .param(vocabulary.toArray(String[]::new))
                .update();
    }

    private static Texts texts(ResultSet row, int n) throws SQLException {
        List<String> performers = new ArrayList<>();
        for (Object name : (Object[]) row.getArray("performers").getArray()) {
            performers.add((String) name);
        }
        return new Texts(
                row.getString("show_id"),
                Words.folded(row.getString("name")),
                Words.folded(String.join(" ", performers)),
                Words.folded(row.getString("city") + " " + row.getString("venue")),
                Words.folded(row.getString("description")));
    }

    private static String[] values(Set<? extends Identifier> ids) {
        return ids.stream().map(Identifier::value).toArray(String[]::new);
    }

    /** A show's texts, folded. */
    private record Texts(String showId, String name, String performers, String place, String description) {}
}
