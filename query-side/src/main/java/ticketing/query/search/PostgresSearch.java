package ticketing.query.search;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import ticketing.messages.search.SearchShows;
import ticketing.messages.search.SearchShows.Hit;
import ticketing.messages.search.SearchShows.HitVenue;
import ticketing.messages.search.SearchShows.Hits;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;
import ticketing.query.Geography;
import ticketing.query.Rows;

/** Finds shows with PostgreSQL's text search, where there is no other index or it does not answer. */
final class PostgresSearch {

    private static final String SOURCE = "postgres";

    /** The weights of what a suggestion may be found by. */
    private static final String NAMES_AND_PLACES = "AB";

    /** Longer than any honest search takes, and short enough that a bad one cannot hold up the others. */
    private static final String LIMITS = "SELECT set_config('statement_timeout', '3000', true),"
            + " set_config('pg_trgm.similarity_threshold', '0.15', true)";

    private static final String AVAILABLE =
            "(SELECT coalesce(sum(c.available), 0) FROM view.section c WHERE c.show_id = s.show_id)";

    /** Of the sections that have free seats; of all of them, if none has. */
    private static final String LOWEST_PRICE =
            "coalesce((SELECT min(c.amount) FROM view.section c WHERE c.show_id = s.show_id AND c.available > 0), s.min_price)";

    /** Between 0 and 1, half after so many days; bounded, because numbers can become too small for the server. */
    private static final String SOON =
            "power(0.5, least(200, abs(extract(epoch FROM starts_at - :hour::timestamptz)) / (86400.0 * "
                    + Relevance.SOON_DAYS + ")))";

    private static final String NEAR = "power(0.5, km / " + Relevance.NEAR_KM + ")";

    /** Finished words tell more than beginnings, and the place more than its weight: who names a city wants to go there. */
    private static final String WORDS_RANK = "(ts_rank(words, :keyword::tsquery) + 3 * ts_rank(words, :exact::tsquery)"
            + " + ts_rank('{1, 1, 1, 1}', place_words, :exact::tsquery))";

    private final JdbcClient jdbc;
    private final Spelling spelling;
    private final TransactionTemplate reading;
    private final Clock clock;

    PostgresSearch(JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock) {
        this.jdbc = jdbc;
        this.spelling = new Spelling(jdbc);
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
        this.clock = clock;
    }

    Hits search(SearchShows query) {
        return read(() -> find(query));
    }

    private <T> T read(Supplier<T> search) {
        return Objects.requireNonNull(reading.execute(transaction -> {
            jdbc.sql(LIMITS).query(row -> {});
            return search.get();
        }));
    }

    private Hits find(SearchShows query) {
        Narrowing narrowing = narrowing(query);
        Map<String, Map<String, Long>> facets = new LinkedHashMap<>();
        facets.put("type", new LinkedHashMap<>());
        facets.put("city", new LinkedHashMap<>());
        long[] total = {0};
        jdbc.sql("""
                WITH hit AS MATERIALIZED (SELECT s.show_id, s.type, s.city FROM (SELECT *, %s AS km FROM view.search) s WHERE %s)
                (SELECT 'total' AS facet, '' AS value, count(*) AS n FROM hit)
                UNION ALL (SELECT 'type', type, count(*) FROM hit GROUP BY type ORDER BY 3 DESC, 2)
                UNION ALL (SELECT 'city', city, count(*) FROM hit GROUP BY city ORDER BY 3 DESC, 2 LIMIT %d)
                """.formatted(narrowing.km, narrowing.where, Relevance.MOST_CITIES))
                .params(narrowing.params)
                .query(row -> {
                    Map<String, Long> facet = facets.get(row.getString(1));
                    if (facet == null) {
                        total[0] = row.getLong(3);
                    } else {
                        facet.put(row.getString(2), row.getLong(3));
                    }
                });
        List<Hit> hits = total[0] <= (long) query.page() * query.pageSize()
                ? List.of()
                : jdbc.sql("""
                        SELECT s.*, %s AS available, %s AS lowest FROM (SELECT *, %s AS km FROM view.search) s
                        WHERE %s ORDER BY %s, starts_at, show_id LIMIT :limit OFFSET :offset
                        """.formatted(
                                AVAILABLE, LOWEST_PRICE, narrowing.km, narrowing.where, order(query, narrowing)))
                        .params(narrowing.params)
                        .param("limit", query.pageSize())
                        .param("offset", query.page() * query.pageSize())
                        .query(PostgresSearch::hit)
                        .list();
        return new Hits(hits, total[0], query.page(), query.pageSize(), facets, SOURCE, null);
    }

    private record Narrowing(String where, String km, boolean byWords, Map<String, Object> params) {}

    private Narrowing narrowing(SearchShows query) {
        List<String> conditions = new ArrayList<>();
        Map<String, Object> params = new HashMap<>();
        conditions.add("over_at > :now");
        Instant now = clock.instant();
        params.put("now", at(now));
        params.put("hour", at(now.truncatedTo(ChronoUnit.HOURS)));
        boolean byWords = words(query.keyword(), "words", "keyword", conditions, params);
        words(query.location(), "place_words", "location", conditions, params);
        words(query.performer(), "performer_words", "performer", conditions, params);
        String km = "NULL::float8";
        if (query.near() != null) {
            double radius = query.radiusKm() == null ? Relevance.DEFAULT_RADIUS_KM : query.radiusKm();
            Geography.Box box = Geography.around(query.near(), radius);
            conditions.add(box.condition());
            conditions.add("km <= :radius");
            params.put("lat", query.near().lat());
            params.put("lon", query.near().lon());
            params.put("south", box.south());
            params.put("north", box.north());
            params.put("west", box.west());
            params.put("east", box.east());
            params.put("radius", radius);
            km = Geography.DISTANCE_KM;
        }
        if (query.type() != null) {
            conditions.add("type = :type");
            params.put("type", query.type().name());
        }
        if (query.start() != null) {
            conditions.add("starts_at >= :start");
            params.put("start", at(query.start()));
        }
        if (query.end() != null) {
            conditions.add("starts_at < :end");
            params.put("end", at(query.end()));
        }
        if (query.maxPrice() != null) {
            // No price is below the lowest that there ever was, and that one stands in the row.
            conditions.add("min_price <= :maxPrice AND " + LOWEST_PRICE + " <= :maxPrice");
            params.put("maxPrice", query.maxPrice());
        }
        if (query.onlyAvailable()) {
            conditions.add("EXISTS (SELECT 1 FROM view.section c WHERE c.show_id = s.show_id AND c.available > 0)");
        }
        return new Narrowing(String.join(" AND ", conditions), km, byWords, params);
    }

    private boolean words(
            @Nullable String typed, String column, String name, List<String> conditions, Map<String, Object> params) {
        if (typed == null) {
            return false;
        }
        Wording wording = Wording.of(typed);
        if (wording.isEmpty()) {
            // Nothing but signs: it is in no text, so it finds nothing, instead of everything.
            conditions.add("false");
            return false;
        }
        Spelling.Condition condition = spelling.condition(wording, "");
        conditions.add(column + " @@ :" + name + "::tsquery");
        params.put(name, condition.match());
        if (name.equals("keyword")) {
            params.put("exact", condition.exact());
        }
        return true;
    }

    private static String order(SearchShows query, Narrowing narrowing) {
        return switch (query.sort()) {
            case RELEVANCE -> relevance(query, narrowing);
            case DATE -> "starts_at";
            case DISTANCE -> "km";
            case PRICE -> LOWEST_PRICE + " NULLS LAST";
        };
    }

    private static String relevance(SearchShows query, Narrowing narrowing) {
        boolean near = query.near() != null;
        if (!narrowing.byWords && !near) {
            return "starts_at";
        }
        return (narrowing.byWords ? WORDS_RANK : "1") + " * (1 + " + Relevance.SOON_WEIGHT + " * " + SOON
                + (near ? " + " + Relevance.NEAR_WEIGHT + " * " + NEAR : "") + ") DESC";
    }

    private static Hit hit(ResultSet row, int n) throws SQLException {
        double km = row.getDouble("km");
        boolean measured = !row.wasNull();
        return new Hit(
                new ShowId(row.getString("show_id")),
                row.getString("name"),
                ShowType.valueOf(row.getString("type")),
                Rows.instant(row, "starts_at"),
                row.getString("zone"),
                new HitVenue(
                        new VenueId(row.getString("venue_id")),
                        row.getString("venue_name"),
                        row.getString("city"),
                        row.getString("country"),
                        new GeoPoint(row.getDouble("lat"), row.getDouble("lon"))),
                Rows.texts(row, "performers"),
                Rows.moneyOrNull(row, "lowest", "currency"),
                row.getLong("available"),
                measured ? Geography.rounded(km) : null,
                Rows.imageUrl(row.getString("image_id")));
    }

    /** Shows that go on like this, each name once. */
    List<Candidate> candidates(Wording typed) {
        return read(() -> {
            List<Candidate> found = new ArrayList<>();
            jdbc.sql("""
                    SELECT show_id, name, performers
                    FROM (SELECT DISTINCT ON (name) * FROM view.search
                          WHERE words @@ :words::tsquery AND over_at > :now ORDER BY name, starts_at, show_id) s
                    ORDER BY ts_rank(words, :words::tsquery) DESC, starts_at, show_id LIMIT :most
                    """)
                    .param("words", spelling.condition(typed, NAMES_AND_PLACES).match())
                    .param("now", at(clock.instant()))
                    .param("most", Candidate.MOST)
                    .query(row -> {
                        found.add(new Candidate(
                                new ShowId(row.getString("show_id")),
                                row.getString("name"),
                                Rows.texts(row, "performers")));
                    });
            return found;
        });
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
