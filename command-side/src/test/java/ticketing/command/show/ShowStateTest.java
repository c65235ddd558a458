package ticketing.command.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.Rejection.Invalid;
import ticketing.messages.Rejection.ShowNotEditable;
import ticketing.messages.Rejection.ShowNotFound;
import ticketing.messages.UserId;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowCommand.CancelShow;
import ticketing.messages.show.ShowCommand.PublishShow;
import ticketing.messages.show.ShowCommand.ReviseShow;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowEvent.ShowDrafted;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowEvent.ShowRevised;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueId;

class ShowStateTest {

    private static final ShowId SHOW = new ShowId("show1");
    private static final UserId OLGA = new UserId("olga");
    private static final UserId RIVAL = new UserId("rival");
    private static final VenueId VENUE = new VenueId("venue1");
    private static final VenueId OTHER_VENUE = new VenueId("venue2");
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant STARTS = NOON.plusSeconds(86_400);
    private static final Money PRICE = Money.ofMinorUnits(4950, "EUR");
    private static final SeatMap MAP = new SeatMap(List.of(
            SeatMap.Section.seated("Stalls", List.of(SeatMap.Row.of("A", 4), SeatMap.Row.of("B", 6))),
            SeatMap.Section.standing("Floor", 50),
            SeatMap.Section.standing("Pit", 5)));
    private static final Map<String, Money> PRICES = Map.of("Stalls", PRICE, "Pit", PRICE);
    private static final ShowDetails DETAILS = named("Show");
    private static final ShowDetails RENAMED = named("Better show");

    private static final ShowDrafted DRAFTED = new ShowDrafted(SHOW, OLGA, VENUE, DETAILS, PRICES);
    private static final ShowPublished PUBLISHED = new ShowPublished(
            SHOW,
            VENUE,
            2,
            List.of(
                    new PricedSection("Stalls", 0, 10, PRICE),
                    new PricedSection("Floor", 10, 50, null),
                    new PricedSection("Pit", 60, 5, PRICE)),
            NOON);
    private static final ShowCancelled CANCELLED = new ShowCancelled(SHOW, NOON);

    private static ShowDetails named(String name) {
        return new ShowDetails(name, "", ShowType.CONCERT, List.of(), STARTS, null, null, 600, 8, List.of());
    }

    private static ShowState after(ShowEvent... events) {
        ShowState state = new ShowState.Unknown();
        for (ShowEvent event : events) {
            state = ShowState.evolve(state, event);
        }
        return state;
    }

    private static void refused(ThrowingCallable decision, Rejection rejection) {
        assertThatThrownBy(decision)
                .isInstanceOfSatisfying(
                        Rejected.class, e -> assertThat(e.rejection()).isEqualTo(rejection));
    }

    @Nested
    class Prices {

        @Test
        void are_for_sections_that_the_venue_has() {
            ShowState.checkPrices(PRICES, MAP);
            ShowState.checkPrices(Map.of(), MAP);
            refused(
                    () -> ShowState.checkPrices(Map.of("Roof", PRICE), MAP),
                    new Invalid("prices", "The venue has no section Roof."));
        }

        @Test
        void are_in_one_currency() {
            refused(
                    () -> ShowState.checkPrices(Map.of("Stalls", PRICE, "Floor", Money.ofMinorUnits(100, "USD")), MAP),
                    new Invalid("prices", "All prices of an event are in one currency."));
        }
    }

    @Nested
    class Revising {

        private static ReviseShow revise(UserId who, VenueId venue, ShowDetails details, Map<String, Money> prices) {
            return new ReviseShow(SHOW, who, false, venue, details, prices);
        }

        @Test
        void changes_everything_of_a_draft() {
            Map<String, Money> prices = Map.of("Floor", PRICE);
            ShowRevised revised = new ShowRevised(SHOW, OTHER_VENUE, RENAMED, prices);
            assertThat(after(DRAFTED).revise(revise(OLGA, OTHER_VENUE, RENAMED, prices), MAP))
                    .containsExactly(revised);
            assertThat(after(DRAFTED, revised)).isEqualTo(new ShowState.Draft(OLGA, OTHER_VENUE, RENAMED, prices));
        }

        @Test
        void to_what_it_is_already_changes_nothing() {
            assertThat(after(DRAFTED).revise(revise(OLGA, VENUE, DETAILS, PRICES), MAP))
                    .isEmpty();
            assertThat(after(DRAFTED, PUBLISHED).revise(revise(OLGA, VENUE, DETAILS, PRICES), MAP))
                    .isEmpty();
        }

        @Test
        void a_draft_to_prices_that_cannot_be_is_refused() {
            refused(
                    () -> after(DRAFTED).revise(revise(OLGA, VENUE, DETAILS, Map.of("Roof", PRICE)), MAP),
                    new Invalid("prices", "The venue has no section Roof."));
        }

        @Test
        void changes_only_the_details_of_what_is_published() {
            ShowRevised revised = new ShowRevised(SHOW, VENUE, RENAMED, PRICES);
            assertThat(after(DRAFTED, PUBLISHED).revise(revise(OLGA, VENUE, RENAMED, PRICES), MAP))
                    .containsExactly(revised);
            assertThat(after(DRAFTED, PUBLISHED, revised))
                    .isEqualTo(new ShowState.Published(OLGA, VENUE, RENAMED, PRICES, PUBLISHED.sections()));
            ShowNotEditable fixed = new ShowNotEditable(
                    SHOW, ShowStatus.PUBLISHED, "Venue and prices are fixed once an event is published.");
            refused(() -> after(DRAFTED, PUBLISHED).revise(revise(OLGA, OTHER_VENUE, DETAILS, PRICES), MAP), fixed);
            refused(() -> after(DRAFTED, PUBLISHED).revise(revise(OLGA, VENUE, DETAILS, Map.of()), MAP), fixed);
        }

        @Test
        void what_is_cancelled_is_refused() {
            refused(
                    () -> after(DRAFTED, CANCELLED).revise(revise(OLGA, VENUE, RENAMED, PRICES), MAP),
                    new ShowNotEditable(SHOW, ShowStatus.CANCELLED, "A cancelled event cannot be changed."));
        }

        @Test
        void anothers_show_or_none_finds_nothing() {
            refused(() -> after(DRAFTED).revise(revise(RIVAL, VENUE, RENAMED, PRICES), MAP), new ShowNotFound(SHOW));
            refused(() -> after().revise(revise(OLGA, VENUE, RENAMED, PRICES), MAP), new ShowNotFound(SHOW));
        }

        @Test
        void anothers_show_is_possible_for_an_administrator() {
            assertThat(after(DRAFTED).revise(new ReviseShow(SHOW, RIVAL, true, VENUE, RENAMED, PRICES), MAP))
                    .containsExactly(new ShowRevised(SHOW, VENUE, RENAMED, PRICES));
        }
    }

    @Nested
    class Publishing {

        private static final PublishShow PUBLISH = new PublishShow(SHOW, OLGA, false);

        @Test
        void numbers_the_seats_section_by_section_and_keeps_the_maps_version() {
            assertThat(after(DRAFTED).publish(PUBLISH, MAP, 2, NOON)).containsExactly(PUBLISHED);
            assertThat(after(DRAFTED, PUBLISHED))
                    .isEqualTo(new ShowState.Published(OLGA, VENUE, DETAILS, PRICES, PUBLISHED.sections()));
        }

        @Test
        void twice_is_once_whatever_the_map_has_become() {
            assertThat(after(DRAFTED, PUBLISHED).publish(PUBLISH, MAP, 3, NOON)).isEmpty();
        }

        @Test
        void needs_a_price() {
            refused(
                    () -> after(new ShowDrafted(SHOW, OLGA, VENUE, DETAILS, Map.of()))
                            .publish(PUBLISH, MAP, 1, NOON),
                    new Invalid("prices", "At least one section needs a price."));
        }

        @Test
        void needs_prices_for_sections_that_the_map_still_has() {
            SeatMap rebuilt = new SeatMap(List.of(SeatMap.Section.standing("Pit", 5)));
            refused(
                    () -> after(DRAFTED).publish(PUBLISH, rebuilt, 3, NOON),
                    new Invalid("prices", "The venue has no section Stalls."));
        }

        @Test
        void needs_a_show_that_is_not_over() {
            refused(
                    () -> after(DRAFTED).publish(PUBLISH, MAP, 2, STARTS),
                    new ShowNotEditable(SHOW, ShowStatus.DRAFT, "An event that is over cannot be published."));
        }

        @Test
        void what_is_cancelled_is_refused() {
            refused(
                    () -> after(DRAFTED, CANCELLED).publish(PUBLISH, MAP, 2, NOON),
                    new ShowNotEditable(SHOW, ShowStatus.CANCELLED, "A cancelled event cannot be published."));
        }

        @Test
        void anothers_show_or_none_finds_nothing() {
            refused(
                    () -> after(DRAFTED, PUBLISHED).publish(new PublishShow(SHOW, RIVAL, false), MAP, 2, NOON),
                    new ShowNotFound(SHOW));
            refused(() -> after().publish(PUBLISH, MAP, 2, NOON), new ShowNotFound(SHOW));
        }
    }

    @Nested
    class Cancelling {

        private static final CancelShow CANCEL = new CancelShow(SHOW, OLGA, false);

        @Test
        void ends_a_draft_and_a_published_show_and_twice_is_once() {
            assertThat(after(DRAFTED).cancel(CANCEL, NOON)).containsExactly(CANCELLED);
            assertThat(after(DRAFTED, PUBLISHED).cancel(CANCEL, NOON)).containsExactly(CANCELLED);
            assertThat(after(DRAFTED, CANCELLED).cancel(CANCEL, NOON)).isEmpty();
            assertThat(after(DRAFTED, PUBLISHED, CANCELLED)).isEqualTo(new ShowState.Cancelled(OLGA, VENUE, DETAILS));
        }

        @Test
        void anothers_show_or_none_finds_nothing() {
            refused(
                    () -> after(DRAFTED, CANCELLED).cancel(new CancelShow(SHOW, RIVAL, false), NOON),
                    new ShowNotFound(SHOW));
            refused(() -> after().cancel(CANCEL, NOON), new ShowNotFound(SHOW));
        }
    }

    @Nested
    class What_comes_in_the_wrong_order {

        @Test
        void leaves_the_state_as_it_was() {
            ShowRevised revised = new ShowRevised(SHOW, VENUE, RENAMED, PRICES);
            assertThat(after(revised)).isEqualTo(new ShowState.Unknown());
            assertThat(after(PUBLISHED)).isEqualTo(new ShowState.Unknown());
            assertThat(after(CANCELLED)).isEqualTo(new ShowState.Unknown());
            ShowState cancelled = after(DRAFTED, CANCELLED);
            assertThat(ShowState.evolve(cancelled, revised)).isEqualTo(cancelled);
            assertThat(ShowState.evolve(cancelled, PUBLISHED)).isEqualTo(cancelled);
            assertThat(ShowState.evolve(cancelled, CANCELLED)).isEqualTo(cancelled);
        }
    }
}
