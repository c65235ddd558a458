package ticketing.query.search;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import ticketing.messages.search.SearchShows;
import ticketing.messages.search.SearchShows.Hit;
import ticketing.messages.search.SearchShows.HitVenue;
import ticketing.messages.search.SearchShows.Hits;
import ticketing.messages.search.Suggestions;
import ticketing.messages.search.Suggestions.Suggestion;
import ticketing.messages.search.Words;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;
import ticketing.query.Geography;
import ticketing.query.Rows;

/** Finds shows with PostgreSQL's text search. */
@Component
class Search {

    /** How near a point is when nobody says how near. */
    private static final double DEFAULT_RADIUS_KM = 50;

    private static final int MOST_CITIES = 50;

    /** Longer than any honest search takes, and short enough that a bad one cannot hold up the others. */
    private static final String LIMITS = "SELECT set_config('statement_timeout', '3000', true),"
            + " set_config('pg_trgm.similarity_threshold', '0.15', true)";

    private static final String AVAILABLE =
            "(SELECT coalesce(sum(c.available), 0) FROM view.section c WHERE c.show_id = s.show_id)";

    private final JdbcClient jdbc;
    private final Spelling spelling;
    private final TransactionTemplate reading;
    private final Clock clock;

    Search(JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock) {
        this.jdbc = jdbc;
        this.spelling = new Spelling(jdbc);
        this.reading = new TransactionTemplate(transactions);
        this.reading.setReadOnly(true);
        this.clock = clock;
    }

    @QueryHandler
    Hits handle(SearchShows query) {
        return reading.execute(transaction -> {
            jdbc.sql(LIMITS).query(row -> {});
            return search(query);
        });
    }

    private Hits search(SearchShows query) {
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
                """.formatted(narrowing.km, narrowing.where, MOST_CITIES))
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
                        SELECT s.*, %s AS available FROM (SELECT *, %s AS km FROM view.search) s
                        WHERE %s ORDER BY %s, starts_at, show_id LIMIT :limit OFFSET :offset
                        """.formatted(AVAILABLE, narrowing.km, narrowing.where, order(query, narrowing)))
                        .params(narrowing.params)
                        .param("limit", query.pageSize())
                        .param("offset", query.page() * query.pageSize())
                        .query(Search::hit)
                        .list();
        return new Hits(hits, total[0], query.page(), query.pageSize(), facets, "postgres");
    }

    private record Narrowing(String where, String km, boolean byWords, Map<String, Object> params) {}

    private Narrowing narrowing(SearchShows query) {
        List<String> conditions = new ArrayList<>();
        Map<String, Object> params = new HashMap<>();
        conditions.add("over_at > :now");
        params.put("now", at(clock.instant()));
        boolean byWords = words(query.keyword(), "words", "keyword", conditions, params);
        words(query.location(), "place_words", "location", conditions, params);
        words(query.performer(), "performer_words", "performer", conditions, params);
        String km = "NULL::float8";
        if (query.near() != null) {
            double radius = query.radiusKm() == null ? DEFAULT_RADIUS_KM : query.radiusKm();
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
            conditions.add("min_price <= :maxPrice");
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
        String condition = spelling.query(typed);
        if (condition.isEmpty()) {
            // Nothing but signs: it is in no text, so it finds nothing, instead of everything.
            conditions.add("false");
            return false;
        }
        conditions.add(column + " @@ :" + name + "::tsquery");
        params.put(name, condition);
        return true;
    }

    private static String order(SearchShows query, Narrowing narrowing) {
        return switch (query.sort()) {
            case RELEVANCE -> narrowing.byWords ? "ts_rank(words, :keyword::tsquery) DESC" : "starts_at";
            case DATE -> "starts_at";
            case DISTANCE -> "km";
            case PRICE -> "min_price NULLS LAST";
        };
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
                Rows.moneyOrNull(row, "min_price", "currency"),
                row.getLong("available"),
                measured ? Math.round(km * 100) / 100.0 : null,
                Rows.imageUrl(row.getString("image_id")));
    }

    @QueryHandler
    Suggestions.Found handle(Suggestions query) {
        List<String> typed = Words.of(query.prefix());
        if (typed.isEmpty()) {
            return new Suggestions.Found(List.of());
        }
        return reading.execute(transaction -> {
            jdbc.sql(LIMITS).query(row -> {});
            return new Suggestions.Found(suggest(query, typed));
        });
    }

    /** Performers whose name goes on like this first, then shows, each name once. */
    private List<Suggestion> suggest(Suggestions query, List<String> typed) {
        Set<String> performers = new LinkedHashSet<>();
        Map<String, ShowId> shows = new LinkedHashMap<>();
        jdbc.sql("""
                SELECT show_id, name, performers FROM view.search
                WHERE words @@ :words::tsquery AND over_at > :now
                ORDER BY ts_rank(words, :words::tsquery) DESC, starts_at, show_id LIMIT 50
                """)
                .param("words", spelling.query(query.prefix()))
                .param("now", at(clock.instant()))
                .query(row -> {
                    for (String performer : Rows.texts(row, "performers")) {
                        if (goesOn(performer, typed)) {
                            performers.add(performer);
                        }
                    }
                    shows.putIfAbsent(row.getString("name"), new ShowId(row.getString("show_id")));
                });
        List<Suggestion> found = new ArrayList<>();
        performers.stream().limit(query.limit() / 2).forEach(name -> found.add(new Suggestion(name, null)));
        shows.forEach((name, showId) -> {
            if (found.size() < query.limit()) {
                found.add(new Suggestion(name, showId));
            }
        });
        return found;
    }

    private static boolean goesOn(String name, List<String> typed) {
        List<String> words = Words.of(name);
        return typed.stream().allMatch(part -> words.stream().anyMatch(word -> word.startsWith(part)));
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
