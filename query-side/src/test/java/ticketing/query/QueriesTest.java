package ticketing.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static ticketing.projections.Happenings.ALICE;
import static ticketing.projections.Happenings.ORGANIZER;
import static ticketing.projections.Happenings.TONIGHT;
import static ticketing.projections.Happenings.booking;
import static ticketing.projections.Happenings.details;
import static ticketing.projections.Happenings.drafted;
import static ticketing.projections.Happenings.euros;
import static ticketing.projections.Happenings.performer;
import static ticketing.projections.Happenings.published;
import static ticketing.projections.Happenings.reservation;
import static ticketing.projections.Happenings.reserved;
import static ticketing.projections.Happenings.ticket;
import static ticketing.projections.Happenings.venue;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.axonframework.queryhandling.DefaultQueryGateway;
import org.axonframework.queryhandling.QueryGateway;
import org.axonframework.queryhandling.SimpleQueryBus;
import org.axonframework.queryhandling.annotation.AnnotationQueryHandlerAdapter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingEvent.BookingConfirmed;
import ticketing.messages.booking.BookingOf;
import ticketing.messages.booking.BookingOf.Booking;
import ticketing.messages.booking.BookingsOf;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.performer.PerformerDetails;
import ticketing.messages.performer.PerformerEvent.PerformerAdded;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.performer.PerformerOf;
import ticketing.messages.performer.PerformerOf.Performer;
import ticketing.messages.search.SearchShows;
import ticketing.messages.search.SearchShows.Hit;
import ticketing.messages.search.SearchShows.Hits;
import ticketing.messages.search.SearchShows.Sort;
import ticketing.messages.search.Suggestions;
import ticketing.messages.show.LayoutVersionOf;
import ticketing.messages.show.LayoutVersionOf.LayoutVersion;
import ticketing.messages.show.PlacesOf;
import ticketing.messages.show.PlacesOf.Place;
import ticketing.messages.show.PlacesOf.Places;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.SeatLayoutOf;
import ticketing.messages.show.SeatLayoutOf.Layout;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowOf;
import ticketing.messages.show.ShowOf.Availability;
import ticketing.messages.show.ShowOf.Show;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.show.ShowType;
import ticketing.messages.ticket.BestAvailable;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.ticket.TicketOfBuyer;
import ticketing.messages.ticket.TicketOfBuyer.OwnedTicket;
import ticketing.messages.ticket.TicketStatus;
import ticketing.messages.ticket.TicketsOf;
import ticketing.messages.ticket.TicketsOf.Tickets;
import ticketing.messages.ticket.TicketsOfBuyer;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.SeatMap.Row;
import ticketing.messages.venue.SeatMap.Section;
import ticketing.messages.venue.Seats;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;
import ticketing.messages.venue.VenueOf;
import ticketing.messages.venue.VenueOf.Venue;
import ticketing.messages.venue.VenuesNear;
import ticketing.projections.ReadModels;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueriesTest {

    private static final SeatMap MAP = new SeatMap(List.of(
            Section.seated(
                    "Stalls",
                    List.of(
                            Row.of("A", 10),
                            new Row("B", new Seats(List.of("2", "4", "6", "8")), null, null, null, List.of("8")))),
            Section.standing("Floor", 5),
            Section.seated("Boxes", List.of(Row.of("1", 4)))));
    private static final Map<String, Money> PRICES = Map.of("Stalls", euros("50"), "Floor", euros("30"));

    private final ReadModels models = new ReadModels("ticketing.query");
    private final QueryGateway queries = queries();

    private QueryGateway queries() {
        SimpleQueryBus bus = SimpleQueryBus.builder().build();
        models.components().stream()
                .filter(component -> component.getClass().getName().startsWith("ticketing.query"))
                .forEach(component -> new AnnotationQueryHandlerAdapter<>(component).subscribe(bus));
        return DefaultQueryGateway.builder().queryBus(bus).build();
    }

    private <R> Optional<R> ask(Object query, Class<R> answer) {
        return Optional.ofNullable(queries.query(query, answer).join());
    }

    @BeforeAll
    void a_season() {
        models.happened(venue("hall", "Alte Oper", "Frankfurt am Main", 50.1158, 8.6719, MAP));
        models.happened(venue("arena", "Lanxess Arena", "Köln", 50.9384, 6.9829, MAP));
        models.happened(venue("far", "Fiji Hall", "Suva", -18.1, 179.9, MAP));
        models.happened(performer("taylor", "Taylor Swift"), performer("sigur", "Sigur Rós"));
        show("eras", "arena", "The Eras Tour", ShowType.CONCERT, TONIGHT, "taylor");
        show("ice", "hall", "Night of Glaciers", ShowType.CONCERT, TONIGHT.plus(Duration.ofDays(1)), "sigur");
        show("play", "hall", "Faust", ShowType.THEATER, TONIGHT.plus(Duration.ofDays(2)));
        show("past", "hall", "Faust of yesterday", ShowType.THEATER, ReadModels.NOW.minusSeconds(60));
        models.happened(drafted("draft", "hall", details("Secret", ShowType.COMEDY, TONIGHT), PRICES));
    }

    private void show(String id, String venue, String name, ShowType type, Instant startsAt, String... performers) {
        models.happened(
                drafted(id, venue, details(name, type, startsAt, performers), PRICES),
                published(id, venue, MAP, PRICES));
    }

    @AfterAll
    void close() {
        models.close();
    }

    @Nested
    class A_show {

        @Test
        void is_told_with_everything_around_it() {
            Show show = ask(ShowOf.published(new ShowId("eras")), Show.class).orElseThrow();
            assertThat(show.status()).isEqualTo(ShowStatus.PUBLISHED);
            assertThat(show.venue().name()).isEqualTo("Lanxess Arena");
            assertThat(show.performers()).extracting(Performer::name).containsExactly("Taylor Swift");
            assertThat(show.onSaleAt()).isEqualTo(ReadModels.NOW);
            assertThat(show.sections())
                    .containsExactly(
                            new ShowOf.Section("Stalls", euros("50"), 14, 0, 0),
                            new ShowOf.Section("Floor", euros("30"), 5, 0, 0),
                            new ShowOf.Section("Boxes", null, 0, 0, 0));
            assertThat(show.availability()).isEqualTo(new Availability(19, 0, 0, 19));
            assertThat(show.tickets()).isNull();
        }

        @Test
        void exists_as_a_draft_only_for_its_organizer_and_administrators() {
            ShowId draft = new ShowId("draft");
            assertThat(ask(ShowOf.published(draft), Show.class)).isEmpty();
            assertThat(ask(new ShowOf(draft, ALICE, false, false), Show.class)).isEmpty();
            assertThat(ask(new ShowOf(draft, ORGANIZER, false, false), Show.class))
                    .isPresent();
            assertThat(ask(new ShowOf(draft, ALICE, true, false), Show.class)
                            .orElseThrow()
                            .availability()
                            .total())
                    .isZero();
            assertThat(ask(new TicketsOf(draft, ALICE, false, null, null), Tickets.class))
                    .isEmpty();
            assertThat(ask(new SeatLayoutOf(draft, null, false), Layout.class)).isEmpty();
            assertThat(ask(new SeatLayoutOf(draft, ORGANIZER, false), Layout.class))
                    .isPresent();
            assertThat(ask(new PlacesOf(draft, List.of(0)), Places.class)).isEmpty();
        }

        @Test
        void lists_its_tickets_by_section_and_status() {
            show("listed", "hall", "Listed", ShowType.OTHER, TONIGHT);
            models.happened(
                    reserved("listed", 1, "a"),
                    new TicketConfirmed(ticket("listed", 15), booking("listed", "a"), euros("30")));
            ShowId show = new ShowId("listed");
            List<TicketsOf.Ticket> all = ask(new TicketsOf(show, null, false, null, null), Tickets.class)
                    .orElseThrow()
                    .tickets();
            assertThat(all).hasSize(19);
            assertThat(all.get(11))
                    .isEqualTo(new TicketsOf.Ticket(
                            ticket("listed", 11), "Stalls", "B", "4", euros("50"), TicketStatus.AVAILABLE));
            assertThat(ask(new TicketsOf(show, null, false, null, TicketStatus.HELD), Tickets.class)
                            .orElseThrow()
                            .tickets())
                    .extracting(TicketsOf.Ticket::ticketId)
                    .containsExactly(ticket("listed", 1));
            assertThat(ask(new TicketsOf(show, null, false, "Floor", TicketStatus.SOLD), Tickets.class)
                            .orElseThrow()
                            .tickets())
                    .containsExactly(new TicketsOf.Ticket(
                            ticket("listed", 15), "Floor", "", "2", euros("30"), TicketStatus.SOLD));
            assertThat(ask(new TicketsOf(show, null, false, "Boxes", null), Tickets.class)
                            .orElseThrow()
                            .tickets())
                    .isEmpty();
            assertThat(ask(new ShowOf(show, null, false, true), Show.class)
                            .orElseThrow()
                            .tickets())
                    .isEqualTo(all);
        }

        @Test
        void has_nothing_available_once_it_is_cancelled() {
            show("off", "hall", "Off", ShowType.OTHER, TONIGHT);
            models.happened(
                    reserved("off", 1, "a"), new TicketConfirmed(ticket("off", 15), booking("off", "a"), euros("30")));
            models.happened(new ShowCancelled(new ShowId("off"), ReadModels.NOW));
            ShowId show = new ShowId("off");
            assertThat(ask(new TicketsOf(show, null, false, null, TicketStatus.AVAILABLE), Tickets.class)
                            .orElseThrow()
                            .tickets())
                    .isEmpty();
            Show shown = ask(new ShowOf(show, null, false, true), Show.class).orElseThrow();
            assertThat(shown.availability()).isEqualTo(new Availability(0, 1, 1, 2));
            assertThat(shown.tickets())
                    .as("until they are given back")
                    .extracting(TicketsOf.Ticket::status)
                    .containsExactly(TicketStatus.HELD, TicketStatus.SOLD);
            models.happened(
                    new TicketReleased(ticket("off", 1), booking("off", "a")),
                    new TicketRefunded(ticket("off", 15), booking("off", "a"), euros("30")));
            assertThat(ask(new TicketsOf(show, null, false, null, null), Tickets.class)
                            .orElseThrow()
                            .tickets())
                    .isEmpty();
        }

        @Test
        void has_the_version_of_its_drawing_without_drawing_it() {
            ShowId eras = new ShowId("eras");
            String version = ask(new SeatLayoutOf(eras, null, false), Layout.class)
                    .orElseThrow()
                    .layoutVersion();
            assertThat(ask(new LayoutVersionOf(eras, null, false), LayoutVersion.class))
                    .contains(new LayoutVersion(version, true));
            ShowId draft = new ShowId("draft");
            assertThat(ask(new LayoutVersionOf(draft, ALICE, false), LayoutVersion.class))
                    .isEmpty();
            assertThat(ask(new LayoutVersionOf(draft, ORGANIZER, false), LayoutVersion.class)
                            .orElseThrow()
                            .published())
                    .isFalse();
        }

        /** A slow reader keeps the answer for as long as it likes. */
        @Test
        void of_a_stadium_has_answers_that_take_little_memory() {
            List<Row> rows = new ArrayList<>();
            for (int i = 1; i <= 200; i++) {
                rows.add(Row.of("R" + i, 300));
            }
            SeatMap stadium = new SeatMap(List.of(Section.seated("Stalls", rows)));
            Map<String, Money> prices = Map.of("Stalls", euros("20"));
            models.happened(venue("bowl", "Bowl", "Köln", 50.93, 6.87, stadium));
            models.happened(
                    drafted("huge", "bowl", details("Huge", ShowType.SPORTS, TONIGHT), prices),
                    published("huge", "bowl", stadium, prices));
            models.happened(reserved("huge", 59_998, "a"));
            ShowId show = new ShowId("huge");
            SeatLayoutOf drawing = new SeatLayoutOf(show, null, false);
            TicketsOf tickets = new TicketsOf(show, null, false, null, null);
            // What all share is made first.
            ask(drawing, Layout.class);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            Layout layout = ask(drawing, Layout.class).orElseThrow();
            List<TicketsOf.Ticket> all =
                    ask(tickets, Tickets.class).orElseThrow().tickets();
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);

            assertThat(layout.sections()
                            .getFirst()
                            .rows()
                            .get(199)
                            .seats()
                            .get(299)
                            .ticketId())
                    .isEqualTo(ticket("huge", 59_999));
            assertThat(all).hasSize(60_000);
            assertThat(all.get(59_998).status()).isEqualTo(TicketStatus.HELD);
            ListIterator<TicketsOf.Ticket> backwards = all.listIterator(60_000);
            assertThat(backwards.previous().ticketId()).isEqualTo(ticket("huge", 59_999));
            assertThat(backwards.previous().status()).isEqualTo(TicketStatus.HELD);
            assertThat(backwards.next().status()).isEqualTo(TicketStatus.HELD);
            assertThatThrownBy(() -> all.get(60_000)).isInstanceOf(IndexOutOfBoundsException.class);
        }

        @Test
        void says_what_is_printed_on_its_seats() {
            assertThat(ask(new PlacesOf(new ShowId("eras"), List.of(13, 0, 14, 99)), Places.class)
                            .orElseThrow()
                            .places())
                    .containsExactly(
                            new Place(13, "Stalls", "B", "8"),
                            new Place(0, "Stalls", "A", "1"),
                            new Place(14, "Floor", "", "1"));
        }

        /** Tickets are named by these indexes for ever, and clients keep the drawing for ever: this may only ever change with a new layoutVersion. */
        @Test
        void keeps_the_order_and_the_drawing_of_its_seats_for_ever() throws Exception {
            Layout layout = ask(new SeatLayoutOf(new ShowId("eras"), null, false), Layout.class)
                    .orElseThrow();
            String json = JsonMapper.builder()
                    .addModule(new JavaTimeModule())
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(layout);
            try (var golden = QueriesTest.class.getResourceAsStream("/seat-layout.golden.json")) {
                assertThat(golden).as("the golden file, for:\n%s", json).isNotNull();
                assertThat(json)
                        .isEqualTo(new String(golden.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip());
            }
        }
    }

    @Nested
    class A_search {

        private Hits search(@Nullable String keyword) {
            return search(keyword, null, null, null, null, Sort.RELEVANCE, 0, 20);
        }

        private Hits search(
                @Nullable String keyword,
                @Nullable String location,
                @Nullable GeoPoint near,
                @Nullable Double radius,
                @Nullable BigDecimal maxPrice,
                Sort sort,
                int page,
                int pageSize) {
            return ask(
                            new SearchShows(
                                    keyword, location, near, radius, null, null, null, null, maxPrice, true, sort, page,
                                    pageSize),
                            Hits.class)
                    .orElseThrow();
        }

        private List<String> ids(Hits hits) {
            return hits.items().stream()
                    .map(hit -> hit.eventId().value())
                    .filter(id -> Set.of("eras", "ice", "play", "past", "draft").contains(id))
                    .toList();
        }

        @Test
        void forgives_typing_errors() {
            assertThat(ids(search("tayler swfit"))).containsExactly("eras");
            assertThat(ids(search("glaceirs"))).containsExactly("ice");
            assertThat(ids(search("Fuast"))).containsExactly("play");
        }

        @Test
        void folds_accents_and_case_and_finds_beginnings() {
            assertThat(ids(search("SIGUR ROS"))).containsExactly("ice");
            assertThat(ids(search("sigúr ró"))).containsExactly("ice");
            assertThat(ids(search(null, "koln", null, null, null, Sort.DATE, 0, 20)))
                    .containsExactly("eras");
            assertThat(ids(search("köln eras"))).containsExactly("eras");
        }

        @Test
        void finds_nothing_for_what_is_not_there_and_never_drafts_or_past_shows() {
            assertThat(search("xylophone quartz").total()).isZero();
            assertThat(search("secret").items()).isEmpty();
            assertThat(ids(search("yesterday"))).isEmpty();
        }

        @Test
        void takes_signs_for_nothing() {
            for (String keyword :
                    List.of("%%%", "***", "' | !( & :*", "\\", "'; DROP TABLE view.show; --", "a".repeat(200))) {
                assertThat(search(keyword)).isNotNull();
            }
            assertThat(ids(search("%eras_"))).containsExactly("eras");
            assertThat(search("%_%").total()).isZero();
            assertThat(search(null, "%", null, null, null, Sort.DATE, 0, 20).total())
                    .isZero();
        }

        @Test
        void finds_shows_by_what_their_performers_play() {
            models.happened(new PerformerAdded(
                    new PerformerId("kamasi"),
                    ORGANIZER,
                    new PerformerDetails("Kamasi", "A saxophonist from Los Angeles.", "Jazz", null)));
            show("epic", "arena", "The Epic", ShowType.CONCERT, TONIGHT, "kamasi");
            for (String keyword : List.of("jazz", "JAZZ kamasi", "saxophonist", "jaz", "jazzz", "saxofonist")) {
                assertThat(search(keyword).items())
                        .as(keyword)
                        .extracting(hit -> hit.eventId().value())
                        .containsExactly("epic");
            }
            assertThat(ask(
                                    new SearchShows(
                                            null, null, null, null, null, "jazz", null, null, null, false, Sort.DATE, 0,
                                            20),
                                    Hits.class)
                            .orElseThrow()
                            .total())
                    .as("it is nobody's name")
                    .isZero();
        }

        @Test
        void measures_distances() {
            GeoPoint frankfurt = new GeoPoint(50.1109, 8.6821);
            Hits near = search(null, null, frankfurt, 20.0, null, Sort.DISTANCE, 0, 100);
            assertThat(ids(near)).containsExactly("ice", "play");
            Hits wider = search(null, null, frankfurt, 200.0, null, Sort.DISTANCE, 0, 100);
            assertThat(ids(wider)).containsExactly("ice", "play", "eras");
            Hit eras = wider.items().getLast();
            assertThat(eras.distanceKm()).isBetween(150.0, 155.0);
        }

        @Test
        void pages_without_losing_or_repeating_anything() {
            Set<ShowId> seen = new HashSet<>();
            long total = search(null).total();
            for (int page = 0; page < total; page++) {
                Hits hits = search(null, null, null, null, null, Sort.PRICE, page, 1);
                assertThat(hits.total()).isEqualTo(total);
                assertThat(seen.add(hits.items().getFirst().eventId())).isTrue();
            }
            assertThat(search(null, null, null, null, null, Sort.DATE, (int) total, 1)
                            .items())
                    .isEmpty();
        }

        @Test
        void narrows_by_price_and_counts_facets() {
            assertThat(search(null, null, null, null, new BigDecimal("29.99"), Sort.DATE, 0, 20)
                            .total())
                    .isZero();
            Hits hits = search("faust", null, null, null, new BigDecimal("30"), Sort.DATE, 0, 20);
            assertThat(hits.facets())
                    .isEqualTo(Map.of("type", Map.of("THEATER", 1L), "city", Map.of("Frankfurt am Main", 1L)));
            assertThat(hits.items().getFirst().minPrice()).isEqualTo(euros("30"));
            assertThat(hits.items().getFirst().available()).isEqualTo(19);
            assertThat(hits.source()).isEqualTo("postgres");
        }

        @Test
        void suggests_performers_and_shows() {
            assertThat(ask(new Suggestions("tay", 10), Suggestions.Found.class)
                            .orElseThrow()
                            .suggestions())
                    .containsExactly(
                            new Suggestions.Suggestion("Taylor Swift", null),
                            new Suggestions.Suggestion("The Eras Tour", new ShowId("eras")));
            assertThat(ask(new Suggestions("%", 10), Suggestions.Found.class)
                            .orElseThrow()
                            .suggestions())
                    .isEmpty();
        }
    }

    @Nested
    class Venues_and_performers {

        @Test
        void are_found_by_their_identifier() {
            assertThat(ask(new VenueOf(new VenueId("hall")), Venue.class)
                            .orElseThrow()
                            .seatMap())
                    .isEqualTo(MAP);
            assertThat(ask(new VenueOf(new VenueId("none")), Venue.class)).isEmpty();
            assertThat(ask(new PerformerOf(new PerformerId("sigur")), Performer.class)
                            .orElseThrow()
                            .name())
                    .isEqualTo("Sigur Rós");
        }

        @Test
        void are_found_near_a_point_also_across_the_date_line() {
            assertThat(ask(new VenuesNear(new GeoPoint(-18.1, -179.9), 50, 10), VenuesNear.Venues.class)
                            .orElseThrow()
                            .venues())
                    .extracting(VenuesNear.NearVenue::name)
                    .containsExactly("Fiji Hall");
            assertThat(ask(new VenuesNear(new GeoPoint(90, 0), 20_040, 10), VenuesNear.Venues.class)
                            .orElseThrow()
                            .venues())
                    .extracting(VenuesNear.NearVenue::name)
                    .containsSubsequence("Lanxess Arena", "Alte Oper", "Fiji Hall");
        }
    }

    @Nested
    class A_buyer {

        @Test
        void sees_only_their_own_bookings_page_by_page() {
            UserId bob = new UserId("bob");
            for (int i = 0; i < 5; i++) {
                models.happened(reservation("ice", "bob" + i, bob, i));
            }
            List<Booking> seen = new ArrayList<>();
            String cursor = null;
            do {
                BookingsOf.Page page = ask(new BookingsOf(bob, cursor, 2), BookingsOf.Page.class)
                        .orElseThrow();
                seen.addAll(page.bookings());
                cursor = page.nextCursor();
            } while (cursor != null);
            assertThat(seen)
                    .extracting(Booking::bookingId)
                    .containsExactly(
                            booking("ice", "bob4"),
                            booking("ice", "bob3"),
                            booking("ice", "bob2"),
                            booking("ice", "bob1"),
                            booking("ice", "bob0"));
            Booking booking = seen.getLast();
            assertThat(booking.tickets())
                    .containsExactly(new BookingOf.Ticket(ticket("ice", 0), "Stalls", "A", "1", euros("50")));
            assertThat(booking.expiresInSeconds()).isEqualTo(600);
            assertThat(booking.eventName()).isEqualTo("Night of Glaciers");
            assertThat(ask(new BookingOf(booking.bookingId(), ALICE), Booking.class))
                    .isEmpty();
            assertThat(ask(new BookingOf(booking.bookingId(), bob), Booking.class))
                    .contains(booking);
        }

        @Test
        void owns_the_tickets_of_confirmed_bookings() {
            UserId carol = new UserId("carol");
            models.happened(reservation("play", "carol", carol, 2, 3));
            assertThat(ask(new TicketsOfBuyer(carol, null, 10), TicketsOfBuyer.Page.class)
                            .orElseThrow()
                            .tickets())
                    .isEmpty();
            models.happened(new BookingConfirmed(booking("play", "carol"), new PaymentId("p"), TONIGHT));
            assertThat(ask(new TicketsOfBuyer(carol, null, 10), TicketsOfBuyer.Page.class)
                            .orElseThrow()
                            .tickets())
                    .extracting(OwnedTicket::seat)
                    .containsExactly("3", "4");
            assertThat(ask(new TicketOfBuyer(ticket("play", 2), carol), OwnedTicket.class)
                            .orElseThrow()
                            .venue()
                            .city())
                    .isEqualTo("Frankfurt am Main");
            assertThat(ask(new TicketOfBuyer(ticket("play", 2), ALICE), OwnedTicket.class))
                    .isEmpty();
        }
    }

    @Nested
    class A_show_whose_seat_map_is_missing {

        @Test
        void keeps_no_buyer_from_their_bookings_and_tickets() {
            UserId dora = new UserId("dora");
            models.happened(
                    drafted("lost", "hall", details("Lost", ShowType.OTHER, TONIGHT), PRICES),
                    new ShowPublished(
                            new ShowId("lost"),
                            new VenueId("hall"),
                            7,
                            List.of(new PricedSection("Stalls", 0, 14, euros("50"))),
                            ReadModels.NOW));
            models.happened(reservation("lost", "dora", dora, 2));
            models.happened(reservation("play", "dora", dora, 5));
            models.happened(
                    new BookingConfirmed(booking("lost", "dora"), new PaymentId("p"), TONIGHT),
                    new BookingConfirmed(booking("play", "dora"), new PaymentId("q"), TONIGHT));
            assertThat(ask(new BookingsOf(dora, null, 10), BookingsOf.Page.class)
                            .orElseThrow()
                            .bookings())
                    .extracting(found -> found.tickets().getFirst())
                    .containsExactly(
                            new BookingOf.Ticket(ticket("play", 5), "Stalls", "A", "6", euros("50")),
                            new BookingOf.Ticket(ticket("lost", 2), "Stalls", "", "", euros("50")));
            assertThat(ask(new TicketsOfBuyer(dora, null, 10), TicketsOfBuyer.Page.class)
                            .orElseThrow()
                            .tickets())
                    .extracting(OwnedTicket::seat)
                    .containsExactly("6", "");
        }
    }

    @Nested
    class The_best_available {

        private List<Integer> best(
                String show,
                int quantity,
                @Nullable String section,
                boolean accessible,
                List<TicketId> except,
                long seed) {
            return ask(
                            new BestAvailable(new ShowId(show), quantity, section, null, accessible, except, seed),
                            BestAvailable.Choice.class)
                    .orElseThrow()
                    .ticketIds()
                    .stream()
                    .map(TicketId::seat)
                    .toList();
        }

        @Test
        void are_side_by_side_in_the_middle_of_the_front_row() {
            show("best", "hall", "Best", ShowType.OTHER, TONIGHT);
            assertThat(best("best", 4, "Stalls", false, List.of(), 0)).containsExactly(3, 4, 5, 6);
            models.happened(reserved("best", 4, "x"));
            assertThat(best("best", 4, "Stalls", false, List.of(), 0)).containsExactly(5, 6, 7, 8);
            assertThat(best("best", 4, "Stalls", false, List.of(ticket("best", 6)), 0))
                    .containsExactly(0, 1, 2, 3);
        }

        @Test
        void keep_accessible_seats_for_those_who_need_them() {
            show("wheel", "hall", "Wheel", ShowType.OTHER, TONIGHT);
            assertThat(best("wheel", 2, null, true, List.of(), 0)).containsExactly(12, 13);
            assertThat(best("wheel", 4, "Stalls", false, List.of(), 0)).doesNotContain(13);
        }

        @Test
        void are_split_only_if_they_must_and_none_if_there_are_not_enough() {
            show("split", "hall", "Split", ShowType.OTHER, TONIGHT);
            models.happened(
                    reserved("split", 3, "x"),
                    reserved("split", 7, "x"),
                    reserved("split", 11, "x"),
                    reserved("split", 14, "x"));
            assertThat(best("split", 5, "Stalls", false, List.of(), 0))
                    .hasSize(5)
                    .doesNotContain(3, 7, 11);
            assertThat(best("split", 11, "Stalls", false, List.of(), 0)).hasSize(11);
            assertThat(best("split", 12, "Stalls", false, List.of(), 0)).isEmpty();
            assertThat(best("split", 16, null, false, List.of(), 0)).isEmpty();
            assertThat(best("split", 1, "Boxes", false, List.of(), 0)).isEmpty();
            assertThat(ask(
                            new BestAvailable(new ShowId("nowhere"), 1, null, null, false, List.of(), 0),
                            BestAvailable.Choice.class))
                    .isEmpty();
        }

        @Test
        void spread_buyers_over_a_stadium_quickly() {
            List<Row> rows = new ArrayList<>();
            for (int i = 1; i <= 200; i++) {
                rows.add(Row.of("R" + i, 300));
            }
            SeatMap stadium = new SeatMap(List.of(Section.seated("Stalls", rows)));
            Map<String, Money> prices = Map.of("Stalls", euros("20"));
            models.happened(venue("stadium", "Stadium", "Köln", 50.93, 6.87, stadium));
            models.happened(
                    drafted("big", "stadium", details("Big", ShowType.SPORTS, TONIGHT), prices),
                    published("big", "stadium", stadium, prices));
            Set<List<Integer>> choices = new HashSet<>();
            Set<Integer> seats = new HashSet<>();
            for (int seed = 1; seed <= 20; seed++) {
                choices.add(best("big", 4, null, false, List.of(), seed));
            }
            choices.forEach(seats::addAll);
            assertThat(choices).hasSizeGreaterThan(8);
            assertThat(seats).hasSize(choices.size() * 4);
            long begin = System.nanoTime();
            for (int seed = 1; seed <= 50; seed++) {
                best("big", 4, null, false, List.of(), seed);
            }
            // Seen at some 3 ms on two cores.
            assertThat(Duration.ofNanos((System.nanoTime() - begin) / 50)).isLessThan(Duration.ofMillis(60));
        }
    }
}
