package ticketing.projections.catalogue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ticketing.messages.Identifier;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.show.ShowId;
import ticketing.messages.venue.VenueId;
import ticketing.projections.replay.Tables;

/** The search's rows. Each is drawn anew from the catalogue's other tables whenever one of its parts has changed, so it needs no history. */
final class SearchRows {

    /** How many shows are drawn with one statement: a renamed venue may have thousands. */
    private static final int CHUNK = 500;

    private static final int LONGEST_WORD = 40;

    private final Tables tables;

    SearchRows(Tables tables) {
        this.tables = tables;
    }

    /** What has changed. */
    static final class Outdated {
        final Set<ShowId> shows = new HashSet<>();
        final Set<VenueId> venues = new HashSet<>();
        final Set<PerformerId> performers = new HashSet<>();
    }

    void redraw(Outdated outdated) {
        String[] shows = values(outdated.shows);
        Set<String> gone = new HashSet<>(tables.sql("""
                DELETE FROM view.search
                WHERE show_id = ANY (?::text[]) AND show_id IN (SELECT show_id FROM view.show WHERE status <> 'PUBLISHED')
                RETURNING tsvector_to_array(words)
                """).param(shows).query(SearchRows::words).list().stream()
                .flatMap(List::stream)
                .toList());
        List<SearchTexts> texts =
                SearchTexts.concerning(tables, shows, values(outdated.venues), values(outdated.performers));
        for (int from = 0; from < texts.size(); from += CHUNK) {
            gone.addAll(write(texts.subList(from, Math.min(texts.size(), from + CHUNK))));
        }
        forget(gone);
    }

    /** @return the words that these shows had before and have no more */
    private Set<String> write(List<SearchTexts> texts) {
        String[] shows = texts.stream().map(SearchTexts::showId).toArray(String[]::new);
        Set<String> before = wordsOf(shows);
        tables.sql("""
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
                           || setweight(to_tsvector('simple', t.place), 'B') || setweight(to_tsvector('simple', t.genres), 'C')
                           || setweight(to_tsvector('simple', t.description), 'D'),
                       to_tsvector('simple', t.place), to_tsvector('simple', t.performers)
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                     AS t (show_id, name, performers, place, genres, description)
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
                .param(shows)
                .param(texts.stream().map(SearchTexts::name).toArray(String[]::new))
                .param(texts.stream().map(SearchTexts::performers).toArray(String[]::new))
                .param(texts.stream().map(SearchTexts::place).toArray(String[]::new))
                .param(texts.stream().map(SearchTexts::genres).toArray(String[]::new))
                .param(texts.stream().map(SearchTexts::description).toArray(String[]::new))
                .update();
        Set<String> after = wordsOf(shows);
        tables.sql("INSERT INTO view.search_word SELECT unnest(?::text[]) ON CONFLICT DO NOTHING")
                .param(after.toArray(String[]::new))
                .update();
        before.removeAll(after);
        return before;
    }

    /** As the index has them, so that what a search can find and what is known as a word never differ. */
    private Set<String> wordsOf(String[] shows) {
        return new HashSet<>(tables.sql("""
                SELECT DISTINCT word FROM view.search, unnest(tsvector_to_array(words)) AS w (word)
                WHERE show_id = ANY (?::text[]) AND length(word) <= ?
                """)
                .param(shows)
                .param(LONGEST_WORD)
                .query(String.class)
                .list());
    }

    /** Strikes out what no show has any more; mistyped words would be taken for it. */
    private void forget(Set<String> words) {
        if (words.isEmpty()) {
            return;
        }
        // The words are folded: letters and digits, nothing that a tsquery would read as more than a word.
        tables.sql("""
                DELETE FROM view.search_word w
                WHERE w.word = ANY (?::text[])
                  AND NOT EXISTS (SELECT 1 FROM view.search s WHERE s.words @@ ('''' || w.word || '''')::tsquery)
                """).param(words.toArray(String[]::new)).update();
    }

    private static List<String> words(ResultSet row, int n) throws SQLException {
        return SearchTexts.texts(row, 1);
    }

    private static String[] values(Set<? extends Identifier> ids) {
        return ids.stream().map(Identifier::value).toArray(String[]::new);
    }
}
