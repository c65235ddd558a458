package ticketing.projections.searchindex;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.projections.catalogue.SearchTexts;

/**
 * Draws documents from the rows that the search in PostgreSQL answers from, so that both say the same of a show. Whoever is not in those rows, because it
 * is a draft or was cancelled, has no document.
 */
final class ShowDocuments {

    /** Of words and beginnings that may be meant by mistyped ones; shorter ones are beginnings of so much that they cannot be mistyped. */
    private static final int SHORTEST_SPELLING = 3;

    private static final JsonFactory JSON = new JsonFactory();

    private final JdbcTemplate template;
    private final JdbcClient jdbc;
    private final Meanings meanings;

    ShowDocuments(JdbcTemplate jdbc, Meanings meanings) {
        this.template = jdbc;
        this.jdbc = JdbcClient.create(jdbc);
        this.meanings = meanings;
    }

    /**
     * The documents of these shows, as far as they have one, as the read models are now.
     *
     * @param meant whether they have vectors
     */
    List<ShowDocument> of(Collection<String> shows, boolean meant) {
        String[] ids = shows.toArray(String[]::new);
        Map<String, SearchTexts> texts = SearchTexts.of(template, ids).stream()
                .collect(Collectors.toMap(SearchTexts::showId, Function.identity()));
        List<ShowDocument> documents = new ArrayList<>();
        jdbc.sql("""
                SELECT s.*, coalesce(c.available, 0) AS available, coalesce(c.lowest, s.min_price) AS lowest
                FROM view.search s
                LEFT JOIN LATERAL (
                    SELECT sum(available) AS available, min(amount) FILTER (WHERE available > 0) AS lowest
                    FROM view.section WHERE show_id = s.show_id) c ON true
                WHERE s.show_id = ANY (?::text[])
                """).param(ids).query(row -> {
            SearchTexts found = texts.get(row.getString("show_id"));
            // Absent if it was cancelled between the two statements; the event that says so is still to come.
            if (found != null) {
                documents.add(document(row, found, meant ? meanings.of(found.prose()) : null));
            }
        });
        return documents;
    }

    /** The published shows at these venues or of these performers. */
    List<String> concerning(Collection<String> venues, Collection<String> performers) {
        return jdbc.sql("""
                SELECT show_id FROM view.show
                WHERE status = 'PUBLISHED' AND (venue_id = ANY (?::text[]) OR performer_ids && ?::text[])
                """)
                .param(venues.toArray(String[]::new))
                .param(performers.toArray(String[]::new))
                .query(String.class)
                .list();
    }

    /** The shows that can be found, in the order of their identifiers, so many after this one. */
    List<String> following(String showId, int most) {
        return jdbc.sql("SELECT show_id FROM view.search WHERE show_id > ? ORDER BY show_id LIMIT ?")
                .params(showId, most)
                .query(String.class)
                .list();
    }

    private static ShowDocument document(ResultSet row, SearchTexts texts, float @Nullable [] meaning)
            throws SQLException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4_096);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("showId", texts.showId());
            json.writeStringField("name", row.getString("name"));
            json.writeStringField("type", row.getString("type"));
            json.writeStringField("startsAt", instant(row, "starts_at"));
            json.writeStringField("overAt", instant(row, "over_at"));
            json.writeStringField("city", row.getString("city"));
            json.writeObjectFieldStart("location");
            json.writeNumberField("lat", row.getDouble("lat"));
            json.writeNumberField("lon", row.getDouble("lon"));
            json.writeEndObject();
            BigDecimal lowest = row.getBigDecimal("lowest");
            if (lowest != null) {
                json.writeStringField("minPrice", lowest.toPlainString());
            }
            json.writeNumberField("available", row.getLong("available"));
            json.writeBinaryField("shown", shown(row, texts.showId(), lowest));
            if (meaning != null) {
                json.writeArrayFieldStart("meaning");
                for (float number : meaning) {
                    json.writeNumber(number);
                }
                json.writeEndArray();
            }
            json.writeObjectFieldStart("words");
            texts(json, "names", texts.name(), texts.performers());
            json.writeStringField("performers", texts.performers());
            texts(json, "places", texts.city(), texts.venue());
            json.writeStringField("genres", texts.genres());
            json.writeStringField("description", texts.description());
            json.writeStringField(
                    "all",
                    words(
                            texts.name(),
                            texts.performers(),
                            texts.venue(),
                            texts.city(),
                            texts.genres(),
                            texts.description()));
            SortedMap<String, Float> weights = WordWeights.of(texts);
            json.writeStringField(
                    "spellings",
                    weights.keySet().stream()
                            .filter(word -> word.length() >= SHORTEST_SPELLING)
                            .collect(Collectors.joining(" ")));
            json.writeObjectFieldStart("weights");
            for (Map.Entry<String, Float> weight : weights.entrySet()) {
                json.writeNumberField(weight.getKey(), weight.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ShowDocument(texts.showId(), bytes.toByteArray());
    }

    /** What is shown of the show, as a JSON document of its own: only the values, in the order in which whoever reads it expects them. */
    private static byte[] shown(ResultSet row, String showId, @Nullable BigDecimal lowest)
            throws IOException, SQLException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartArray();
            json.writeString(showId);
            json.writeString(row.getString("name"));
            json.writeString(row.getString("type"));
            json.writeString(instant(row, "starts_at"));
            json.writeString(row.getString("zone"));
            json.writeString(row.getString("venue_id"));
            json.writeString(row.getString("venue_name"));
            json.writeString(row.getString("city"));
            json.writeString(row.getString("country"));
            json.writeNumber(row.getDouble("lat"));
            json.writeNumber(row.getDouble("lon"));
            json.writeStartArray();
            for (Object performer : (Object[]) row.getArray("performers").getArray()) {
                json.writeString((String) performer);
            }
            json.writeEndArray();
            // As text, so that the amount stays as it was told.
            optional(json, lowest == null ? null : lowest.toPlainString());
            optional(json, lowest == null ? null : row.getString("currency"));
            json.writeNumber(row.getLong("available"));
            optional(json, row.getString("image_id"));
            json.writeEndArray();
        }
        return bytes.toByteArray();
    }

    private static void optional(JsonGenerator json, @Nullable String value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value);
        }
    }

    /** Each on its own, so that no phrase begins in one and ends in the other. */
    private static void texts(JsonGenerator json, String field, String... texts) throws IOException {
        json.writeArrayFieldStart(field);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private static String instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant().toString();
    }

    /** All words of these texts, each once. */
    private static String words(String... texts) {
        Set<String> words = new TreeSet<>();
        for (String text : texts) {
            words.addAll(Arrays.asList(text.split(" ", -1)));
        }
        return String.join(" ", words).strip();
    }
}
