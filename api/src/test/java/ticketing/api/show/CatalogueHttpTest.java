package ticketing.api.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.queryhandling.DefaultQueryGateway;
import org.axonframework.queryhandling.SimpleQueryBus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import ticketing.api.Cacheable;
import ticketing.api.Dispatch;
import ticketing.api.ReadPosition;
import ticketing.api.problem.Problem;
import ticketing.api.security.Caller;
import ticketing.api.security.Role;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.search.SearchShows;
import ticketing.messages.search.SearchShows.Hits;
import ticketing.messages.search.SearchShows.Sort;
import ticketing.messages.show.LayoutVersionOf;
import ticketing.messages.show.LayoutVersionOf.LayoutVersion;
import ticketing.messages.show.SeatLayoutOf;
import ticketing.messages.show.SeatLayoutOf.Layout;
import ticketing.messages.show.ShowCommand.DraftShow;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowOf;
import ticketing.messages.show.ShowOf.Availability;
import ticketing.messages.show.ShowOf.Section;
import ticketing.messages.show.ShowOf.Show;
import ticketing.messages.show.ShowOf.ShowVenue;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What the catalogue's controllers make of requests, over real buses on which somebody answers. */
class CatalogueHttpTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Show SHOW = new Show(
            new ShowId("s1"),
            "Night",
            "",
            ShowType.CONCERT,
            ShowStatus.PUBLISHED,
            NOW.plusSeconds(3600),
            null,
            ZoneId.of("Europe/Berlin"),
            NOW,
            600,
            8,
            new ShowVenue(
                    new VenueId("v1"),
                    "Hall",
                    new Address("1", "Köln", "DE"),
                    new GeoPoint(50.5, 7),
                    ZoneId.of("Europe/Berlin")),
            List.of(),
            List.of(
                    new Section("A", new Money(new BigDecimal("49.5"), "EUR"), 1, 0, 0),
                    new Section("B", null, 0, 0, 0)),
            new Availability(1, 0, 0, 1),
            List.of(),
            null);

    private final List<Object> sent = new ArrayList<>();
    private final List<SearchShows> searched = new ArrayList<>();
    private final List<SeatLayoutOf> drawn = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong moved = new AtomicLong();
    private @Nullable Caller caller;
    private MockMvc http = MockMvcBuilders.standaloneSetup().build();

    /** Names the refused field, as the edge's problem document does. */
    @RestControllerAdvice
    static class Refusals {
        @ExceptionHandler(Problem.class)
        @ResponseStatus(org.springframework.http.HttpStatus.BAD_REQUEST)
        String refused(Problem problem) {
            return problem.detail();
        }
    }

    @BeforeEach
    void controllers() {
        SimpleCommandBus commands = SimpleCommandBus.builder().build();
        commands.subscribe(DraftShow.class.getName(), command -> {
            sent.add(command.getPayload());
            return null;
        });
        SimpleQueryBus queries = SimpleQueryBus.builder().build();
        queries.<Show>subscribe(ShowOf.class.getName(), Show.class, query -> {
            asked.incrementAndGet();
            return query.getPayload() instanceof ShowOf of
                            && of.showId().value().equals("none")
                    ? null
                    : SHOW;
        });
        queries.<Hits>subscribe(SearchShows.class.getName(), Hits.class, query -> {
            searched.add((SearchShows) query.getPayload());
            return new Hits(List.of(), 0, 0, 20, Map.of(), "postgres", null);
        });
        queries.<LayoutVersion>subscribe(
                LayoutVersionOf.class.getName(),
                LayoutVersion.class,
                query -> new LayoutVersion(
                        "1",
                        !((LayoutVersionOf) query.getPayload()).showId().value().equals("draft")));
        queries.<Layout>subscribe(SeatLayoutOf.class.getName(), Layout.class, query -> {
            if (((SeatLayoutOf) query.getPayload()).showId().value().equals("lost")) {
                return null;
            }
            drawn.add((SeatLayoutOf) query.getPayload());
            return new Layout("1", 0, List.of());
        });
        JsonMapper json = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        Dispatch dispatch = new Dispatch(
                DefaultCommandGateway.builder().commandBus(commands).build(),
                DefaultQueryGateway.builder().queryBus(queries).build());
        Cacheable cacheable = new Cacheable(json);
        http = MockMvcBuilders.standaloneSetup(
                        new ShowController(
                                dispatch,
                                groups -> true,
                                cacheable,
                                new PreparedShows(dispatch, json, new ReadPosition() {
                                    @Override
                                    public long of(String processingGroup) {
                                        return moved.get();
                                    }

                                    @Override
                                    public long replays() {
                                        return 0;
                                    }
                                }),
                                new Drawings(json),
                                Clock.fixed(NOW, ZoneOffset.UTC)),
                        new SearchController(dispatch, cacheable, new SearchAnswers(json)))
                .setControllerAdvice(new Refusals())
                .setCustomArgumentResolvers(new HandlerMethodArgumentResolver() {
                    @Override
                    public boolean supportsParameter(MethodParameter parameter) {
                        return parameter.getParameterType() == Caller.class;
                    }

                    @Override
                    public @Nullable Object resolveArgument(
                            MethodParameter parameter,
                            @Nullable ModelAndViewContainer container,
                            NativeWebRequest request,
                            @Nullable WebDataBinderFactory binders) {
                        return caller;
                    }
                })
                .setMessageConverters(
                        new JacksonJsonHttpMessageConverter(json),
                        new org.springframework.http.converter.StringHttpMessageConverter())
                .build();
    }

    private static String event(String more) {
        return """
                {"name":" Night ","type":"CONCERT","venueId":"v1","performerIds":["p1"],
                 "startsAt":"2026-07-01T19:00:00Z","prices":{"A":{"amount":"49.5","currency":"EUR"}}%s}
                """.formatted(more);
    }

    @Test
    void a_draft_is_sent_as_a_command_and_answered_with_the_event() throws Exception {
        caller = new Caller(new UserId("o"), Set.of(Role.ORGANIZER));
        http.perform(post("/v1/events").contentType(MediaType.APPLICATION_JSON).content(event("")))
                .andExpect(status().isCreated())
                .andExpect(header().string("Location", org.hamcrest.Matchers.matchesPattern("/v1/events/[0-9a-z]{18}")))
                .andExpect(content().json("""
                        {"eventId":"s1","zone":"Europe/Berlin","startsAt":"2026-06-01T13:00:00Z",
                         "sections":[{"name":"A","price":{"amount":"49.50","currency":"EUR"},"available":1,"held":0,"sold":0},
                                     {"name":"B","available":0,"held":0,"sold":0}],
                         "availability":{"available":1,"held":0,"sold":0,"total":1}}
                        """));
        DraftShow command = (DraftShow) sent.getFirst();
        assertThat(command.details())
                .isEqualTo(new ShowDetails(
                        "Night",
                        "",
                        ShowType.CONCERT,
                        List.of(new PerformerId("p1")),
                        Instant.parse("2026-07-01T19:00:00Z"),
                        null,
                        null,
                        600,
                        8,
                        List.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ,"endsAt":"2026-07-01T19:00:00Z"                    | endsAt must be after startsAt
            ,"onSaleAt":"2026-07-01T19:00:00Z"                  | onSaleAt must be before the event is over
            ,"performerIds":["p1","p1"]                         | performerIds must not name a performer twice
            ,"imageIds":["../secret"]                           | imageIds must be images' identifiers
            ,"startsAt":"2026-05-01T19:00:00Z"                  | startsAt must be in the future
            """)
    void a_value_that_cannot_be_is_named(String more, String detail) throws Exception {
        caller = new Caller(new UserId("o"), Set.of(Role.ORGANIZER));
        http.perform(post("/v1/events").contentType(MediaType.APPLICATION_JSON).content(event(more)))
                .andExpect(status().isBadRequest())
                .andExpect(content().string(org.hamcrest.Matchers.containsString(detail)));
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ,"holdSeconds":0
            ,"holdSeconds":3601
            ,"maxTicketsPerBooking":101
            ,"status":"PUBLISHED"
            ,"type":"OPERA"
            ,"prices":{"A":{"amount":"-1","currency":"EUR"}}
            ,"prices":{}
            ,"name":" "
            """)
    void a_malformed_event_is_refused(String more) throws Exception {
        caller = new Caller(new UserId("o"), Set.of(Role.ORGANIZER));
        http.perform(post("/v1/events").contentType(MediaType.APPLICATION_JSON).content(event(more)))
                .andExpect(status().isBadRequest());
        assertThat(sent).isEmpty();
    }

    @Test
    void an_unchanged_event_is_not_sent_twice() throws Exception {
        @Nullable
        String tag = http.perform(get("/v1/events/s1"))
                .andExpect(status().isOk())
                .andExpect(header().string("Cache-Control", "max-age=1, public, stale-while-revalidate=2"))
                .andReturn()
                .getResponse()
                .getHeader("ETag");
        http.perform(get("/v1/events/s1").header("If-None-Match", Objects.requireNonNull(tag)))
                .andExpect(status().isNotModified());
    }

    @Test
    void an_event_is_made_once_for_all_strangers_until_a_read_model_moves() throws Exception {
        for (int i = 0; i < 3; i++) {
            http.perform(get("/v1/events/s1")).andExpect(status().isOk());
        }
        assertThat(asked).hasValue(1);
        moved.incrementAndGet();
        http.perform(get("/v1/events/s1")).andExpect(status().isOk());
        assertThat(asked).hasValue(2);
        caller = new Caller(new UserId("o"), Set.of(Role.CUSTOMER));
        http.perform(get("/v1/events/s1")).andExpect(header().string("Cache-Control", "no-cache, private"));
        assertThat(asked).hasValue(3);
        caller = null;
        http.perform(get("/v1/events/none")).andExpect(status().isBadRequest());
    }

    @Test
    void the_seats_of_a_published_event_are_drawn_once_and_kept_by_everybody() throws Exception {
        for (int i = 0; i < 2; i++) {
            http.perform(get("/v1/events/s1/seats"))
                    .andExpect(status().isOk())
                    .andExpect(header().string("Cache-Control", "max-age=86400, public"))
                    .andExpect(header().string("ETag", "\"1\""))
                    .andExpect(content().contentType(MediaType.APPLICATION_JSON))
                    .andExpect(content().string("{\"layoutVersion\":\"1\",\"seatCount\":0,\"sections\":[]}"));
        }
        http.perform(get("/v1/events/s1/seats").header("If-None-Match", "\"1\""))
                .andExpect(status().isNotModified())
                .andExpect(header().string("Cache-Control", "max-age=86400, public"))
                .andExpect(content().string(""));
        assertThat(drawn).hasSize(1);
    }

    @Test
    void the_seats_of_a_draft_are_drawn_each_time_and_kept_by_nobody() throws Exception {
        for (int i = 0; i < 2; i++) {
            http.perform(get("/v1/events/draft/seats"))
                    .andExpect(status().isOk())
                    .andExpect(header().string("Cache-Control", "no-cache, private"));
        }
        assertThat(drawn).hasSize(2);
    }

    @Test
    void a_refusal_of_seats_is_not_kept_for_a_day() throws Exception {
        http.perform(get("/v1/events/lost/seats"))
                .andExpect(status().isBadRequest())
                .andExpect(header().doesNotExist("Cache-Control"));
    }

    @Test
    void a_search_is_asked_as_it_was_typed() throws Exception {
        http.perform(get(
                        "/v1/events/search?keyword=tayler&near=50.1,8.6&radiusKm=20&type=CONCERT&start=2026-06-01&end=2026-06-30"
                                + "&maxPrice=50&onlyAvailable=true&sort=distance&page=2&pageSize=100"))
                .andExpect(status().isOk());
        assertThat(searched)
                .containsExactly(new SearchShows(
                        "tayler",
                        null,
                        new GeoPoint(50.1, 8.6),
                        20.0,
                        ShowType.CONCERT,
                        null,
                        Instant.parse("2026-06-01T00:00:00Z"),
                        Instant.parse("2026-07-01T00:00:00Z"),
                        new BigDecimal("50"),
                        true,
                        Sort.DISTANCE,
                        2,
                        100));
    }

    @Test
    void the_same_search_in_other_words_is_the_same_and_may_be_kept_for_a_moment() throws Exception {
        String tag = Objects.requireNonNull(
                http.perform(get("/v1/events/search?maxPrice=50.0").param("keyword", "Sigur Rós"))
                        .andExpect(status().isOk())
                        .andExpect(header().string("Cache-Control", "max-age=1, public, stale-while-revalidate=2"))
                        .andExpect(header().string("Vary", "Authorization, Accept-Encoding"))
                        .andReturn()
                        .getResponse()
                        .getHeader("ETag"));
        http.perform(get("/v1/events/search?maxPrice=50")
                        .param("keyword", "SIGUR ros!")
                        .header("If-None-Match", tag))
                .andExpect(status().isNotModified())
                .andExpect(content().string(""));
        assertThat(searched).hasSize(2);
        http.perform(get("/v1/events/search?maxPrice=50.00").param("keyword", "sigur rós"))
                .andExpect(status().isOk());
        assertThat(searched).as("it has been asked for twice").hasSize(2);
    }

    @Test
    void somebody_logged_in_is_told_what_is_found_now() throws Exception {
        for (int i = 0; i < 3; i++) {
            http.perform(get("/v1/events/search")).andExpect(status().isOk());
        }
        assertThat(searched).as("the third got what the second did").hasSize(2);
        caller = new Caller(new UserId("o"), Set.of(Role.CUSTOMER));
        http.perform(get("/v1/events/search"))
                .andExpect(status().isOk())
                .andExpect(header().string("Cache-Control", "no-cache, private"));
        assertThat(searched).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            near=91,0                         | near
            near=here                         | near
            near=1,2,3                        | near
            radiusKm=10                       | radiusKm
            near=1,2&radiusKm=-1              | radiusKm
            near=1,2&radiusKm=1e9             | radiusKm
            sort=distance                     | sort
            sort=beauty                       | sort
            type=OPERA                        | type
            start=yesterday                   | start
            start=2026-02-30                  | start
            end=+999999999-12-31              | end
            start=2026-06-02&end=2026-05-01   | end
            start=2026-06-02&end=2026-06-01   | end
            maxPrice=-1                       | maxPrice
            maxPrice=1e999999                 | maxPrice
            onlyAvailable=perhaps             | onlyAvailable
            page=-1                           | page
            page=100000000000                 | page
            pageSize=0                        | pageSize
            pageSize=101                      | pageSize
            """)
    void a_wrong_parameter_is_named(String query, String field) throws Exception {
        http.perform(get("/v1/events/search?" + query))
                .andExpect(status().isBadRequest())
                .andExpect(content().string(org.hamcrest.Matchers.startsWith("\"" + field + " ")));
        assertThat(searched).isEmpty();
    }

    @Test
    void a_keyword_of_ten_thousand_letters_is_refused() throws Exception {
        http.perform(get("/v1/events/search").param("keyword", "a".repeat(10_000)))
                .andExpect(status().isBadRequest())
                .andExpect(content().string(org.hamcrest.Matchers.startsWith("\"keyword ")));
    }
}
