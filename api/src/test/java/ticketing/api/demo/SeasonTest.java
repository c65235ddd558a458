package ticketing.api.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ticketing.messages.Command;
import ticketing.messages.Identifier;
import ticketing.messages.UserId;
import ticketing.messages.performer.PerformerCommand.AddPerformer;
import ticketing.messages.show.ShowCommand.DraftShow;
import ticketing.messages.show.ShowCommand.PublishShow;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueCommand.OpenVenue;
import ticketing.query.venue.SeatLayout;

class SeasonTest {

    private static final Instant NOW = Instant.parse("2031-03-14T09:26:53Z");
    private static final UserId ORGANIZER = new UserId("organizer");

    private final List<Command> commands = Season.commands(NOW, ORGANIZER);
    private final List<DraftShow> shows = of(DraftShow.class);
    private final List<OpenVenue> venues = of(OpenVenue.class);

    @Test
    void has_more_than_two_hundred_shows_of_all_types() {
        assertThat(shows).hasSizeGreaterThan(200);
        assertThat(shows.stream().map(show -> show.details().type()).collect(Collectors.toSet()))
                .isEqualTo(EnumSet.allOf(ShowType.class));
    }

    @Test
    void leaves_exactly_one_show_a_draft() {
        assertThat(of(PublishShow.class)).hasSize(shows.size() - 1);
    }

    @Test
    void has_some_shows_whose_sale_has_yet_to_open_and_opens_before_they_start() {
        List<DraftShow> later =
                shows.stream().filter(show -> show.details().onSaleAt() != null).toList();
        assertThat(later)
                .hasSizeBetween(4, 12)
                .allSatisfy(show -> assertThat(show.details().onSaleAt())
                        .isAfter(NOW)
                        .isBefore(show.details().startsAt()));
    }

    @Test
    void has_venues_of_five_sizes_in_many_cities() {
        assertThat(venues.stream().map(venue -> venue.seatMap().seatCount()).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(180, 300, 2_500, 20_000, 60_000);
        assertThat(venues.stream()
                        .map(venue -> venue.details().address().city())
                        .distinct())
                .hasSizeGreaterThanOrEqualTo(40);
        for (VenueKind kind : VenueKind.values()) {
            assertThat(accessibleSeats(kind.seatMap()))
                    .as("accessible seats of a " + kind)
                    .isGreaterThan(3);
        }
    }

    @Test
    void draws_no_two_seats_over_each_other() {
        for (VenueKind kind : VenueKind.values()) {
            SeatLayout layout = SeatLayout.of(kind.seatMap());
            List<Integer> leftFirst = IntStream.range(0, layout.seatCount())
                    .boxed()
                    .sorted(Comparator.comparingDouble(layout::x))
                    .toList();
            for (int i = 0; i < leftFirst.size(); i++) {
                int seat = leftFirst.get(i);
                for (int j = i + 1; j < leftFirst.size() && layout.x(leftFirst.get(j)) < layout.x(seat) + 0.95; j++) {
                    assertThat(Math.abs(layout.y(leftFirst.get(j)) - layout.y(seat)))
                            .as("%s, seats %d and %d", kind, seat, leftFirst.get(j))
                            .isGreaterThan(0.95);
                }
            }
        }
    }

    @Test
    void has_the_performers_that_search_demos_look_for() {
        assertThat(of(AddPerformer.class).stream()
                        .map(command -> command.details().name()))
                .contains("Taylor Swift", "Beyoncé", "Björk", "Motörhead", "Sigur Rós", "Céline Dion")
                .hasSizeGreaterThanOrEqualTo(60);
    }

    @Test
    void plays_within_nine_months_at_a_civil_hour_of_the_place_and_never_twice_a_day_in_one_venue() {
        Set<String> engagements = new HashSet<>();
        for (DraftShow show : shows) {
            var local = show.details().startsAt().atZone(venueOf(show).details().zone());
            assertThat(show.details().startsAt())
                    .isBetween(NOW.plus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(310)));
            assertThat(local.toLocalTime()).isBetween(LocalTime.of(11, 0), LocalTime.of(22, 0));
            assertThat(engagements.add(show.venueId() + " " + local.toLocalDate()))
                    .as("one show a day")
                    .isTrue();
        }
    }

    @Test
    void prices_every_section_in_one_currency_but_no_field_of_a_match() {
        for (DraftShow show : shows) {
            Set<String> priced = venueOf(show).seatMap().sections().stream()
                    .filter(section -> show.details().type() != ShowType.SPORTS || section.standing() == null)
                    .map(SeatMap.Section::name)
                    .collect(Collectors.toSet());
            assertThat(show.prices().keySet()).isEqualTo(priced);
            assertThat(show.prices().values().stream()
                            .map(price -> price.currency())
                            .distinct())
                    .hasSize(1);
            assertThat(show.prices().values())
                    .allSatisfy(price -> assertThat(price.minorUnits()).isPositive());
        }
    }

    @Test
    void names_nothing_before_it_exists_and_nothing_twice() {
        Set<Identifier> known = new HashSet<>();
        Set<Identifier> published = new HashSet<>();
        for (Command command : commands) {
            if (command instanceof PublishShow publish) {
                assertThat(known).contains(publish.showId());
                assertThat(published.add(publish.showId())).isTrue();
                continue;
            }
            if (command instanceof DraftShow show) {
                assertThat(known)
                        .contains(show.venueId())
                        .containsAll(show.details().performerIds());
            }
            assertThat(known.add(command.target())).isTrue();
        }
    }

    @Test
    void begins_with_a_show_of_every_type() {
        List<Command> first = commands.subList(0, 40);
        Set<Identifier> published = first.stream()
                .filter(PublishShow.class::isInstance)
                .map(Command::target)
                .collect(Collectors.toSet());
        assertThat(shows.stream()
                        .filter(show -> published.contains(show.showId()))
                        .map(show -> show.details().type())
                        .collect(Collectors.toSet()))
                .isEqualTo(EnumSet.allOf(ShowType.class));
    }

    @Test
    void is_the_same_for_the_same_start() {
        assertThat(Season.commands(NOW, ORGANIZER)).isEqualTo(commands);
    }

    private OpenVenue venueOf(DraftShow show) {
        return venues.stream()
                .filter(venue -> venue.venueId().equals(show.venueId()))
                .findAny()
                .orElseThrow();
    }

    private static long accessibleSeats(SeatMap map) {
        return map.sections().stream()
                .flatMap(section -> section.rows() == null ? Stream.empty() : section.rows().stream())
                .mapToLong(
                        row -> row.accessible() == null ? 0 : row.accessible().size())
                .sum();
    }

    private <T extends Command> List<T> of(Class<T> kind) {
        List<T> found = new ArrayList<>();
        for (Command command : commands) {
            if (kind.isInstance(command)) {
                found.add(kind.cast(command));
            }
        }
        return found;
    }
}
