package ticketing.command.venue;

import java.time.ZoneId;
import java.util.List;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.FixtureConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import ticketing.messages.Command;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.VenueNotFound;
import ticketing.messages.UserId;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueCommand.OpenVenue;
import ticketing.messages.venue.VenueCommand.ReviseVenue;
import ticketing.messages.venue.VenueDetails;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueEvent.SeatMapDrawn;
import ticketing.messages.venue.VenueEvent.VenueOpened;
import ticketing.messages.venue.VenueEvent.VenueRevised;
import ticketing.messages.venue.VenueId;

class VenueTest {

    private static final VenueId VENUE = new VenueId("venue1");
    private static final UserId OLGA = new UserId("olga");
    private static final UserId RIVAL = new UserId("rival");
    private static final VenueDetails DETAILS = named("Hall");
    private static final VenueDetails RENAMED = named("Great hall");
    private static final SeatMap MAP = floor(100);
    private static final SeatMap LARGER = floor(200);
    private static final VenueOpened OPENED = new VenueOpened(VENUE, OLGA, DETAILS);
    private static final SeatMapDrawn DRAWN = new SeatMapDrawn(VENUE, 1, MAP);

    private FixtureConfiguration<Venue> venue;

    private static VenueDetails named(String name) {
        return new VenueDetails(
                name, new Address("1 Main Street", "Rome", "IT"), new GeoPoint(41, 12), ZoneId.of("Europe/Rome"));
    }

    private static SeatMap floor(int places) {
        return new SeatMap(List.of(SeatMap.Section.standing("Floor", places)));
    }

    @BeforeEach
    void a_venue() {
        venue = new AggregateTestFixture<>(Venue.class);
        venue.registerCommandTargetResolver(message -> new VersionedAggregateIdentifier(
                (Object) ((Command) message.getPayload()).target().value(), null));
    }

    @Nested
    class Opening {

        @Test
        void draws_the_first_version_of_its_seat_map() {
            venue.givenNoPriorActivity()
                    .when(new OpenVenue(VENUE, OLGA, DETAILS, MAP))
                    .expectEvents(OPENED, DRAWN);
        }

        @Test
        void twice_is_once() {
            venue.given(OPENED, DRAWN)
                    .when(new OpenVenue(VENUE, OLGA, RENAMED, LARGER))
                    .expectNoEvents();
        }
    }

    @Nested
    class Revising {

        private static ReviseVenue revise(UserId who, boolean anyOwner, VenueDetails details, SeatMap seatMap) {
            return new ReviseVenue(VENUE, who, anyOwner, details, seatMap);
        }

        @Test
        void changes_what_is_told_and_leaves_the_map() {
            venue.given(OPENED, DRAWN)
                    .when(revise(OLGA, false, RENAMED, MAP))
                    .expectEvents(new VenueRevised(VENUE, RENAMED));
        }

        @Test
        void draws_another_map_as_the_next_version() {
            venue.given(OPENED, DRAWN, new SeatMapDrawn(VENUE, 2, floor(150)))
                    .when(revise(OLGA, false, DETAILS, LARGER))
                    .expectEvents(new SeatMapDrawn(VENUE, 3, LARGER));
        }

        @Test
        void to_what_it_is_already_changes_nothing() {
            venue.given(OPENED, DRAWN, new VenueRevised(VENUE, RENAMED))
                    .when(revise(OLGA, false, RENAMED, MAP))
                    .expectNoEvents();
        }

        @Test
        void anothers_venue_finds_nothing_unless_an_administrator_asks() {
            venue.given(OPENED, DRAWN)
                    .when(revise(RIVAL, false, RENAMED, MAP))
                    .expectNoEvents()
                    .expectException(Rejected.class)
                    .expectExceptionDetails(new VenueNotFound(VENUE));
            venue.given(OPENED, DRAWN)
                    .when(revise(RIVAL, true, RENAMED, MAP))
                    .expectEvents(new VenueRevised(VENUE, RENAMED));
        }
    }
}
