package ticketing.query.search;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.DistanceUnit;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.GeoLocation;
import co.elastic.clients.elasticsearch._types.SortOptions;
import co.elastic.clients.elasticsearch._types.SortOrder;
import co.elastic.clients.elasticsearch._types.aggregations.StringTermsBucket;
import co.elastic.clients.elasticsearch._types.query_dsl.DecayPlacement;
import co.elastic.clients.elasticsearch._types.query_dsl.FunctionBoostMode;
import co.elastic.clients.elasticsearch._types.query_dsl.FunctionScore;
import co.elastic.clients.elasticsearch._types.query_dsl.FunctionScoreMode;
import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.elasticsearch.core.search.TrackHits;
import co.elastic.clients.json.JsonData;
import co.elastic.clients.transport.rest5_client.Rest5ClientOptions;
import co.elastic.clients.util.NamedValue;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import ticketing.messages.search.SearchShows;
import ticketing.messages.search.SearchShows.Hits;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.query.search.IndexQueries.Scope;
import ticketing.query.search.SearchLine.NoTurnException;
import ticketing.query.search.SearchLine.Turn;

/**
 * Finds shows with Elasticsearch: hits and facets in one request, and with them the words of shows nearest to those that no show has. If nothing is found, it
 * asks for these; so who types without errors never gets what only looks alike, and who makes one is answered in two requests, both within the same time. Where
 * also that finds nothing, it looks for whatever is near the words that no show has, and at last for what is like it in meaning.
 */
final class ElasticsearchSearch {

    private static final String SOURCE = "elasticsearch";

    /** Filters on the present are the same for so long, so that Elasticsearch can keep what they find. */
    private static final Duration PRESENT = Duration.ofSeconds(10);

    private static final int MOST_TYPES = 20;

    private final SearchLine line;
    private final String index;
    private final Clock clock;
    private final Likeness likeness;
    /** A little less, so that the server gives up before nobody listens any more. */
    private final String serverWithin;

    /**
     * Searches with this client.
     *
     * @param index the alias of the index that answers
     * @param atOnce so many requests are under way at a time
     * @param longestWait how long the others wait
     * @param within whoever is asked for waits no longer then, however many requests it takes
     */
    ElasticsearchSearch(
            ElasticsearchClient client,
            String index,
            Clock clock,
            Likeness likeness,
            int atOnce,
            Duration longestWait,
            Duration within) {
        this.line = new SearchLine(
                new ElasticsearchAsyncClient(client._transport(), impatient(client, within)),
                atOnce,
                longestWait,
                within);
        this.index = index;
        this.clock = clock;
        this.likeness = likeness;
        this.serverWithin = within.toMillis() * 5 / 6 + "ms";
    }

    /** The connection is given up too, not only the waiting for it. */
    private static Rest5ClientOptions impatient(ElasticsearchClient client, Duration within) {
        Rest5ClientOptions.Builder options =
                Rest5ClientOptions.of(client._transport().options()).toBuilder();
        options.restClientRequestOptionsBuilder()
                .setRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(within))
                        .setConnectionRequestTimeout(Timeout.of(within))
                        .build());
        return options.build();
    }

    /** What was typed where. */
    private static final class Typed {
        final Map<Scope, Wording> wordings = new EnumMap<>(Scope.class);

        /** Whether nothing can be found, because only signs were typed. */
        boolean nothing;

        void add(Scope scope, @Nullable String text) {
            if (text != null) {
                Wording wording = Wording.of(text);
                nothing |= wording.isEmpty();
                wordings.put(scope, wording);
            }
        }
    }

    private record Word(Scope scope, String word) {}

    /**
     * What was found at last.
     *
     * @param mistyped the words that were taken for mistyped, each with what was asked for instead; with nothing, if that was whatever is near
     */
    private record Found(SearchResponse<Void> response, Map<Word, List<Alternative>> mistyped) {}

    /**
     * One page of what is found.
     *
     * @throws NoTurnException if Elasticsearch was not asked, because so many others were
     * @throws IOException if it does not answer in time or not completely
     */
    Hits search(SearchShows query) throws IOException, InterruptedException {
        Typed typed = new Typed();
        typed.add(Scope.KEYWORD, query.keyword());
        typed.add(Scope.LOCATION, query.location());
        typed.add(Scope.PERFORMER, query.performer());
        if (typed.nothing) {
            return new Hits(
                    List.of(),
                    0,
                    query.page(),
                    query.pageSize(),
                    Map.of("type", Map.of(), "city", Map.of()),
                    SOURCE,
                    null);
        }
        Turn turn = line.turn();
        Found found = found(typed, mistyped -> request(query, typed, mistyped), turn);
        float[] wish = total(found.response) == 0 ? likeness.wishOf(query.keyword()) : null;
        return wish == null
                ? hits(query, found.response, shows(found.response), null)
                : alike(query, turn.ask(request(query, typed, found.mistyped, wish)));
    }

    private static Hits alike(SearchShows query, SearchResponse<Void> found) throws IOException {
        List<IndexedShow> shows = shows(found);
        return hits(
                query,
                found,
                (query.sort() == SearchShows.Sort.RELEVANCE ? Likeness.varied(shows) : shows)
                        .stream()
                                .skip((long) query.page() * query.pageSize())
                                .limit(query.pageSize())
                                .toList(),
                shows.isEmpty() ? null : Hits.BY_MEANING);
    }

    /** Nobody waits for a turn any longer: Elasticsearch is left alone. */
    void leaveAlone() {
        line.sendAway();
    }

    /** Shows that go on like this, each name once. */
    List<Candidate> candidates(Wording wording) throws IOException, InterruptedException {
        Typed typed = new Typed();
        typed.wordings.put(Scope.SUGGESTION, wording);
        Found found = found(typed, mistyped -> candidates(wording, words(Scope.SUGGESTION, mistyped)), line.turn());
        return shows(found.response).stream().map(IndexedShow::candidate).toList();
    }

    /** Asks as it was typed; while that finds nothing, for what may have been meant, and then for whatever is near. */
    private Found found(Typed typed, Function<Map<Word, List<Alternative>>, SearchRequest> request, Turn turn)
            throws IOException, InterruptedException {
        List<Word> words = words(typed);
        SearchResponse<Void> asTyped = turn.ask(withAlternatives(request.apply(Map.of()), words));
        if (total(asTyped) > 0 || words.isEmpty()) {
            return new Found(asTyped, Map.of());
        }
        Map<Word, List<Alternative>> meant = alternatives(words, asTyped);
        if (!meant.isEmpty()) {
            SearchResponse<Void> asMeant = turn.ask(request.apply(meant));
            if (total(asMeant) > 0) {
                return new Found(asMeant, meant);
            }
        }
        Map<Word, List<Alternative>> near = new HashMap<>();
        for (Word word : unknown(words, turn)) {
            near.put(word, List.of());
        }
        return near.isEmpty() ? new Found(asTyped, near) : new Found(turn.ask(request.apply(near)), near);
    }

    private SearchRequest request(SearchShows query, Typed typed, Map<Word, List<Alternative>> mistyped) {
        Instant now = clock.instant();
        boolean byScore = query.sort() == SearchShows.Sort.RELEVANCE;
        Wording keyword = byScore ? typed.wordings.get(Scope.KEYWORD) : null;
        List<Query> filters = filters(query, now);
        typed.wordings.forEach((scope, wording) -> {
            if (keyword == null || scope != Scope.KEYWORD) {
                filters.addAll(IndexQueries.conditions(wording, scope, words(scope, mistyped)));
            }
        });
        boolean scored = keyword != null || (byScore && query.near() != null);
        Query narrowed = Query.of(any -> any.bool(bool -> {
            bool.filter(filters);
            if (keyword != null) {
                IndexQueries.weigh(bool, keyword, Scope.KEYWORD, words(Scope.KEYWORD, mistyped));
            } else if (scored) {
                // Filters alone give no score that could be multiplied.
                bool.must(must -> must.matchAll(all -> all));
            }
            return bool;
        }));
        return counted(
                scored ? preferring(narrowed, query.near(), now) : narrowed,
                query.page() * query.pageSize(),
                query.pageSize(),
                order(query, scored));
    }

    /** For what is like this wish, instead of the keyword's words; everything at once, because it is few. */
    private SearchRequest request(SearchShows query, Typed typed, Map<Word, List<Alternative>> mistyped, float[] wish) {
        List<Query> filters = filters(query, clock.instant());
        typed.wordings.forEach((scope, wording) -> {
            if (scope != Scope.KEYWORD) {
                filters.addAll(IndexQueries.conditions(wording, scope, words(scope, mistyped)));
            }
        });
        return counted(
                Likeness.nearest(wish, filters),
                0,
                Likeness.MOST,
                order(query, query.sort() == SearchShows.Sort.RELEVANCE));
    }

    /** Hits and facets. */
    private SearchRequest counted(Query query, int from, int size, List<SortOptions> order) {
        return SearchRequest.of(search -> shown(search)
                .index(index)
                .timeout(serverWithin)
                .trackTotalHits(TrackHits.of(hits -> hits.enabled(true)))
                .query(query)
                .from(from)
                .size(size)
                .sort(order)
                .aggregations(
                        "type",
                        facet -> facet.terms(terms -> terms.field("type").size(MOST_TYPES)))
                .aggregations(
                        "city",
                        facet -> facet.terms(terms -> terms.field("city")
                                .size(Relevance.MOST_CITIES)
                                .order(
                                        NamedValue.of("_count", SortOrder.Desc),
                                        NamedValue.of("_key", SortOrder.Asc)))));
    }

    /** In filter context, where Elasticsearch keeps what they find. */
    private static List<Query> filters(SearchShows query, Instant now) {
        List<Query> filters = new ArrayList<>();
        filters.add(notOver(now));
        if (query.type() != null) {
            String type = query.type().name();
            filters.add(Query.of(any -> any.term(term -> term.field("type").value(type))));
        }
        if (query.start() != null || query.end() != null) {
            filters.add(Query.of(any -> any.range(range -> range.date(date -> {
                date.field("startsAt");
                if (query.start() != null) {
                    date.gte(query.start().toString());
                }
                if (query.end() != null) {
                    date.lt(query.end().toString());
                }
                return date;
            }))));
        }
        if (query.maxPrice() != null) {
            double most = query.maxPrice().doubleValue();
            filters.add(Query.of(any -> any.range(
                    range -> range.number(number -> number.field("minPrice").lte(most)))));
        }
        if (query.onlyAvailable()) {
            filters.add(Query.of(any -> any.range(
                    range -> range.number(number -> number.field("available").gt(0.0)))));
        }
        GeoPoint near = query.near();
        if (near != null) {
            double radius = query.radiusKm() == null ? Relevance.DEFAULT_RADIUS_KM : query.radiusKm();
            filters.add(Query.of(any -> any.geoDistance(
                    distance -> distance.field("location").location(place(near)).distance(radius + "km"))));
        }
        return filters;
    }

    private static Query notOver(Instant now) {
        return Query.of(any -> any.range(
                range -> range.date(date -> date.field("overAt").gt(soonest(now).toString()))));
    }

    /** The present, rounded up: what is over within seconds is nothing to sell. */
    private static Instant soonest(Instant now) {
        long seconds = PRESENT.toSeconds();
        return Instant.ofEpochSecond((now.getEpochSecond() / seconds + 1) * seconds);
    }

    private static Query preferring(Query query, @Nullable GeoPoint near, Instant now) {
        String hour = now.truncatedTo(ChronoUnit.HOURS).toString();
        List<FunctionScore> functions = new ArrayList<>();
        functions.add(FunctionScore.of(score -> score.weight(1.0)));
        functions.add(FunctionScore.of(score -> score.weight(Relevance.SOON_WEIGHT)
                .exp(decay -> decay.untyped(date -> date.field("startsAt")
                        .placement(DecayPlacement.of(place -> place.origin(JsonData.of(hour))
                                .scale(JsonData.of(Relevance.SOON_DAYS + "d"))
                                .decay(0.5)))))));
        if (near != null) {
            functions.add(FunctionScore.of(score -> score.weight(Relevance.NEAR_WEIGHT)
                    .exp(decay -> decay.untyped(distance -> distance.field("location")
                            .placement(DecayPlacement.of(
                                    place -> place.origin(JsonData.of(Map.of("lat", near.lat(), "lon", near.lon())))
                                            .scale(JsonData.of(Relevance.NEAR_KM + "km"))
                                            .decay(0.5)))))));
        }
        return Query.of(any -> any.functionScore(score -> score.query(query)
                .functions(functions)
                .scoreMode(FunctionScoreMode.Sum)
                .boostMode(FunctionBoostMode.Multiply)));
    }

    /** Ends with what no two shows have in common, so that no page repeats or loses one. */
    private static List<SortOptions> order(SearchShows query, boolean scored) {
        List<SortOptions> order = new ArrayList<>();
        switch (query.sort()) {
            case RELEVANCE -> {
                if (scored) {
                    order.add(SortOptions.of(sort -> sort.score(score -> score.order(SortOrder.Desc))));
                }
            }
            case DATE -> {
                // The date follows for all of them.
            }
            case DISTANCE -> {
                GeoPoint near = Objects.requireNonNull(query.near(), "checked by the query");
                order.add(SortOptions.of(sort -> sort.geoDistance(distance -> distance.field("location")
                        .location(place(near))
                        .unit(DistanceUnit.Kilometers)
                        .order(SortOrder.Asc))));
            }
            case PRICE ->
                order.add(SortOptions.of(sort -> sort.field(
                        field -> field.field("minPrice").order(SortOrder.Asc).missing(FieldValue.of("_last")))));
        }
        order.add(SortOptions.of(
                sort -> sort.field(field -> field.field("startsAt").order(SortOrder.Asc))));
        order.add(
                SortOptions.of(sort -> sort.field(field -> field.field("showId").order(SortOrder.Asc))));
        return order;
    }

    private SearchRequest candidates(Wording typed, Map<String, List<Alternative>> mistyped) {
        Query notOver = notOver(clock.instant());
        return SearchRequest.of(search -> shown(search)
                .index(index)
                .timeout(serverWithin)
                .query(any -> any.bool(bool -> {
                    bool.filter(notOver);
                    IndexQueries.weigh(bool, typed, Scope.SUGGESTION, mistyped);
                    return bool;
                }))
                .collapse(collapse -> collapse.field("name"))
                .sort(sort -> sort.score(score -> score.order(SortOrder.Desc)))
                .sort(sort -> sort.field(field -> field.field("startsAt").order(SortOrder.Asc)))
                .sort(sort -> sort.field(field -> field.field("showId").order(SortOrder.Asc)))
                .size(Candidate.MOST));
    }

    /** The words in which there may be a typing error. */
    private static List<Word> words(Typed typed) {
        List<Word> words = new ArrayList<>();
        typed.wordings.forEach((scope, wording) -> wording.wordsOnTheirOwn()
                .filter(word -> word.length() >= IndexQueries.SHORTEST_MISTYPED)
                .forEach(word -> words.add(new Word(scope, word))));
        return words;
    }

    /** Asks for them at the same time: it costs little for words that are known, and for others it saves waiting for another answer. */
    private static SearchRequest withAlternatives(SearchRequest search, List<Word> words) {
        if (words.isEmpty()) {
            return search;
        }
        return search.rebuild()
                .suggest(suggester -> {
                    for (Word word : words) {
                        suggester.suggesters(word.word, IndexQueries.alternatives(word.word));
                    }
                    return suggester;
                })
                .build();
    }

    /** The words that no show has and others are near to, with these. */
    private static Map<Word, List<Alternative>> alternatives(List<Word> words, SearchResponse<Void> answer) {
        Map<Word, List<Alternative>> alternatives = new HashMap<>();
        for (Word word : words) {
            List<Alternative> near = answer.suggest().getOrDefault(word.word, List.of()).stream()
                    .flatMap(suggestion -> suggestion.term().options().stream())
                    .map(option -> new Alternative(option.text(), (float) option.score()))
                    .toList();
            if (!near.isEmpty()) {
                alternatives.put(word, near);
            }
        }
        return alternatives;
    }

    /** Those of the words that are in no show at all, nor the beginning of one. */
    private List<Word> unknown(List<Word> words, Turn turn) throws IOException, InterruptedException {
        List<SearchResponse<Void>> answers = turn.ask(words.stream()
                .map(word -> SearchRequest.of(search -> search.index(index)
                        .query(IndexQueries.condition(word.word, word.scope))
                        .size(0)
                        .terminateAfter(1L)
                        .timeout(serverWithin)))
                .toList());
        List<Word> unknown = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            if (total(answers.get(i)) == 0) {
                unknown.add(words.get(i));
            }
        }
        return unknown;
    }

    private static Map<String, List<Alternative>> words(Scope scope, Map<Word, List<Alternative>> mistyped) {
        Map<String, List<Alternative>> words = new HashMap<>();
        mistyped.forEach((word, meant) -> {
            if (word.scope == scope) {
                words.put(word.word, meant);
            }
        });
        return words;
    }

    /** @param shows those of the page */
    private static Hits hits(
            SearchShows query, SearchResponse<Void> found, List<IndexedShow> shows, @Nullable String matchedBy) {
        Map<String, Map<String, Long>> facets = new LinkedHashMap<>();
        facets.put("type", facet(found, "type"));
        facets.put("city", facet(found, "city"));
        return new Hits(
                shows.stream().map(show -> show.hit(query.near())).toList(),
                total(found),
                query.page(),
                query.pageSize(),
                facets,
                SOURCE,
                matchedBy);
    }

    private static List<IndexedShow> shows(SearchResponse<Void> found) throws IOException {
        List<IndexedShow> shows = new ArrayList<>();
        for (Hit<?> hit : found.hits().hits()) {
            shows.add(IndexedShow.of(hit));
        }
        return shows;
    }

    /** Not the documents as they were written, nor anything else that is stored with them. */
    private static SearchRequest.Builder shown(SearchRequest.Builder search) {
        return search.source(source -> source.fetch(false))
                .storedFields("_none_")
                .docvalueFields(field -> field.field(IndexedShow.FIELD));
    }

    private static long total(SearchResponse<Void> found) {
        return Objects.requireNonNull(found.hits().total()).value();
    }

    private static Map<String, Long> facet(SearchResponse<Void> found, String name) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (StringTermsBucket bucket : Objects.requireNonNull(
                        found.aggregations().get(name))
                .sterms()
                .buckets()
                .array()) {
            counts.put(bucket.key().stringValue(), bucket.docCount());
        }
        return counts;
    }

    private static GeoLocation place(GeoPoint point) {
        return GeoLocation.of(
                location -> location.latlon(latLon -> latLon.lat(point.lat()).lon(point.lon())));
    }
}
