package ticketing.api.show;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.Cacheable;
import ticketing.api.Dispatch;
import ticketing.api.GeoParameters;
import ticketing.api.prepared.Prepared;
import ticketing.api.problem.Problem;
import ticketing.api.security.Caller;
import ticketing.messages.search.SearchShows;
import ticketing.messages.search.SearchShows.Hits;
import ticketing.messages.search.SearchShows.Sort;
import ticketing.messages.search.Suggestions;
import ticketing.messages.search.Words;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.VenueDetails.GeoPoint;

/** Finding events. Every parameter is checked here, so that a wrong one is named instead of quietly finding nothing. */
@RestController
@RequestMapping("/v1/events")
class SearchController {

    private static final int DEFAULT_PAGE_SIZE = 20;
    private static final int SUGGESTIONS = 10;
    private static final Pattern AMOUNT = Pattern.compile("\\d{1,10}(\\.\\d{1,4})?");
    private static final Pattern COUNT = Pattern.compile("\\d{1,6}");

    private final Dispatch dispatch;
    private final Cacheable cacheable;
    private final SearchAnswers answers;

    SearchController(Dispatch dispatch, Cacheable cacheable, SearchAnswers answers) {
        this.dispatch = dispatch;
        this.cacheable = cacheable;
        this.answers = answers;
    }

    /**
     * A page of what is found. That a parameter may be absent is said twice, because to find it out from its type takes Spring longer than the parameter is
     * worth, with every request.
     *
     * @param end a date alone means the whole day, in UTC
     */
    @GetMapping("/search")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = Hits.class)))
    @Nullable
    ResponseEntity<byte[]> search(
            @RequestParam(required = false) @Nullable String keyword,
            @RequestParam(required = false) @Nullable String location,
            @RequestParam(required = false) @Nullable String near,
            @RequestParam(required = false) @Nullable String radiusKm,
            @RequestParam(required = false) @Nullable String type,
            @RequestParam(required = false) @Nullable String performer,
            @RequestParam(required = false) @Nullable String start,
            @RequestParam(required = false) @Nullable String end,
            @RequestParam(required = false) @Nullable String maxPrice,
            @RequestParam(required = false) @Nullable String onlyAvailable,
            @RequestParam(required = false) @Nullable String sort,
            @RequestParam(required = false) @Nullable String page,
            @RequestParam(required = false) @Nullable String pageSize,
            @Nullable Caller caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        GeoPoint point = present(near).map(GeoParameters::near).orElse(null);
        Double radius = GeoParameters.radiusKm(present(radiusKm).orElse(null));
        if (radius != null && point == null) {
            throw Problem.invalid("radiusKm", "needs near, the point to measure from");
        }
        Sort order =
                present(sort).map(value -> oneOf("sort", value, Sort.values())).orElse(Sort.RELEVANCE);
        if (order == Sort.DISTANCE && point == null) {
            throw Problem.invalid("sort", "by distance needs near, the point to measure from");
        }
        Instant from = present(start).map(value -> instant("start", value, 0)).orElse(null);
        Instant to = present(end).map(value -> instant("end", value, 1)).orElse(null);
        if (from != null && to != null && !to.isAfter(from)) {
            throw Problem.invalid("end", "must be after start");
        }
        int size = present(pageSize)
                .map(value -> count("pageSize", value, 1, SearchShows.LARGEST_PAGE))
                .orElse(DEFAULT_PAGE_SIZE);
        int number = present(page)
                .map(value -> count("page", value, 0, SearchShows.DEEPEST_HIT / size - 1))
                .orElse(0);
        SearchShows query = new SearchShows(
                TextParameter.of("keyword", keyword),
                TextParameter.of("location", location),
                point,
                radius,
                present(type)
                        .map(value -> oneOf("type", value, ShowType.values()))
                        .orElse(null),
                TextParameter.of("performer", performer),
                from,
                to,
                present(maxPrice).map(SearchController::amount).orElse(null),
                present(onlyAvailable).map(SearchController::yesOrNo).orElse(false),
                order,
                number,
                size);
        return answer(normal(query), () -> dispatch.ask(query, Hits.class).orElseThrow(), caller, request, response);
    }

    /** @return null if it is written already */
    private @Nullable ResponseEntity<byte[]> answer(
            Object query,
            Supplier<?> ask,
            @Nullable Caller caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (caller != null) {
            // Somebody logged in may just have changed what is asked for.
            Prepared present = answers.present(ask);
            return cacheable.overtaken(present.plain(), present.tag(), caller);
        }
        Prepared answer = answers.recent(query, ask);
        if (request.getQueryString() != null) {
            answers.remember(request.getRequestURI() + '?' + request.getQueryString(), query);
        }
        answer.write(request, response);
        return null;
    }

    /** The same for all queries that cannot be answered differently. */
    private static SearchShows normal(SearchShows query) {
        return new SearchShows(
                folded(query.keyword()),
                folded(query.location()),
                query.near(),
                query.radiusKm(),
                query.type(),
                folded(query.performer()),
                query.start(),
                query.end(),
                query.maxPrice() == null ? null : query.maxPrice().stripTrailingZeros(),
                query.onlyAvailable(),
                query.sort(),
                query.page(),
                query.pageSize());
    }

    private static @Nullable String folded(@Nullable String text) {
        return text == null ? null : Words.folded(text);
    }

    @GetMapping("/suggest")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = Suggestions.Found.class)))
    @Nullable
    ResponseEntity<byte[]> suggest(
            @RequestParam String prefix,
            @Nullable Caller caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        String typed = Words.folded(
                Optional.ofNullable(TextParameter.of("prefix", prefix)).orElse(""));
        Suggestions query = new Suggestions(typed, SUGGESTIONS);
        return answer(
                query, () -> dispatch.ask(query, Suggestions.Found.class).orElseThrow(), caller, request, response);
    }

    /** A parameter without a value, as forms send it, is none. */
    private static Optional<String> present(@Nullable String value) {
        return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static <E extends Enum<E>> E oneOf(String field, String value, E[] known) {
        return Arrays.stream(known)
                .filter(one -> one.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() -> Problem.invalid(
                        field,
                        "must be one of "
                                + String.join(
                                        ", ",
                                        Arrays.stream(known)
                                                .map(one -> field.equals("sort")
                                                        ? one.name().toLowerCase(Locale.ROOT)
                                                        : one.name())
                                                .toList())));
    }

    private static Instant instant(String field, String value, int daysAfterDate) {
        try {
            Instant instant = value.indexOf('T') < 0
                    ? LocalDate.parse(value)
                            .plusDays(daysAfterDate)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                    : OffsetDateTime.parse(value).toInstant();
            int year = instant.atOffset(ZoneOffset.UTC).getYear();
            if (year >= 1900 && year < 10_000) {
                return instant;
            }
        } catch (DateTimeException e) {
            // Told below, like a year that no event can be in.
        }
        throw Problem.invalid(field, "must be a date such as 2026-01-31 or an instant such as 2026-01-31T19:30:00Z");
    }

    private static BigDecimal amount(String value) {
        if (!AMOUNT.matcher(value).matches()) {
            throw Problem.invalid("maxPrice", "must be a decimal number that is not negative");
        }
        return new BigDecimal(value);
    }

    private static boolean yesOrNo(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Problem.invalid("onlyAvailable", "must be true or false");
        };
    }

    private static int count(String field, String value, int least, int most) {
        int count = COUNT.matcher(value).matches() ? Integer.parseInt(value) : -1;
        if (count < least || count > most) {
            throw Problem.invalid(field, "must be a number between " + least + " and " + most);
        }
        return count;
    }
}
