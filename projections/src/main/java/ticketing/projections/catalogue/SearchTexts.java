package ticketing.projections.catalogue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import ticketing.messages.search.Words;
import ticketing.projections.replay.Tables;

/**
 * What can be found of a published show, folded by {@link Words}: the same for every index, so that whichever answers, the same shows are found.
 *
 * @param name of the show
 * @param performers their names
 * @param genres what the performers play, and what type of show it is
 * @param description of the show and of its performers, cut to a length
 * @param prose what the show is and what is told of it, as sentences and not folded, for those who read for the meaning; cut to a length
 */
public record SearchTexts(
        String showId,
        String name,
        String performers,
        String venue,
        String city,
        String genres,
        String description,
        String prose) {

    /** Of long descriptions only the beginning can be found. */
    private static final int LONGEST_DESCRIPTION = 4_000;

    /** The same for what is told of each performer. */
    private static final int LONGEST_PORTRAIT = 1_000;

    /** What a text is about is in its beginning, and reading for the meaning takes its time. */
    private static final int LONGEST_PROSE = 1_500;

    /** City and venue. */
    public String place() {
        return city + " " + venue;
    }

    /** The texts of these shows, as far as they are published. */
    public static List<SearchTexts> of(JdbcTemplate jdbc, String[] shows) {
        return concerning(Tables.present(jdbc), shows, new String[0], new String[0]);
    }

    /** The texts of all published shows that are among these, take place at one of these venues or have one of these performers. */
    static List<SearchTexts> concerning(Tables tables, String[] shows, String[] venues, String[] performers) {
        return tables.sql("""
                SELECT s.show_id, s.name, left(s.details ->> 'description', ?) AS description, s.details ->> 'type' AS type,
                       v.name AS venue, v.city,
                       ARRAY(SELECT p.name FROM view.performer p WHERE p.performer_id = ANY (s.performer_ids) ORDER BY p.performer_id) AS performers,
                       ARRAY(SELECT p.genre FROM view.performer p WHERE p.performer_id = ANY (s.performer_ids) ORDER BY p.performer_id) AS genres,
                       ARRAY(SELECT left(p.description, ?) FROM view.performer p WHERE p.performer_id = ANY (s.performer_ids)
                             ORDER BY p.performer_id) AS portraits
                FROM view.show s JOIN view.venue v USING (venue_id)
                WHERE s.status = 'PUBLISHED'
                  AND (s.show_id = ANY (?::text[]) OR s.venue_id = ANY (?::text[]) OR s.performer_ids && ?::text[])
                """)
                .param(LONGEST_DESCRIPTION)
                .param(LONGEST_PORTRAIT)
                .param(shows)
                .param(venues)
                .param(performers)
                .query(SearchTexts::read)
                .list();
    }

    private static SearchTexts read(ResultSet row, int n) throws SQLException {
        return new SearchTexts(
                row.getString("show_id"),
                Words.folded(row.getString("name")),
                folded(row, "performers"),
                Words.folded(row.getString("venue")),
                Words.folded(row.getString("city")),
                (folded(row, "genres") + " " + wordOf(row.getString("type"))).strip(),
                Words.folded(row.getString("description")) + " " + folded(row, "portraits"),
                prose(row));
    }

    private static String prose(ResultSet row) throws SQLException {
        List<String> kinds = new ArrayList<>();
        kinds.add(kindOf(row.getString("type")));
        kinds.addAll(texts(row, row.findColumn("genres")));
        String prose = "%s: %s. %s %s"
                .formatted(
                        kinds.stream()
                                .filter(kind -> !kind.isBlank())
                                .distinct()
                                .collect(Collectors.joining(", ")),
                        row.getString("name"),
                        row.getString("description"),
                        String.join(" ", texts(row, row.findColumn("portraits"))));
        return prose.length() > LONGEST_PROSE ? prose.substring(0, LONGEST_PROSE) : prose;
    }

    /** As somebody would say it who tells what is on. */
    private static String kindOf(String type) {
        return type.equals("FAMILY") ? "family show for kids" : wordOf(type);
    }

    /** Somebody who types "comedy" wants comedies, whatever else they are called. */
    private static String wordOf(String type) {
        return type.equals("OTHER") ? "" : type.toLowerCase(Locale.ROOT);
    }

    private static String folded(ResultSet row, String column) throws SQLException {
        return Words.folded(String.join(" ", texts(row, row.findColumn(column))));
    }

    static List<String> texts(ResultSet row, int column) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (Object text : (Object[]) row.getArray(column).getArray()) {
            texts.add((String) text);
        }
        return texts;
    }
}
