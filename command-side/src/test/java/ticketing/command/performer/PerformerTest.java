package ticketing.command.performer;

import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.FixtureConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import ticketing.messages.Command;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.PerformerNotFound;
import ticketing.messages.UserId;
import ticketing.messages.performer.PerformerCommand.AddPerformer;
import ticketing.messages.performer.PerformerCommand.RevisePerformer;
import ticketing.messages.performer.PerformerDetails;
import ticketing.messages.performer.PerformerEvent.PerformerAdded;
import ticketing.messages.performer.PerformerEvent.PerformerRevised;
import ticketing.messages.performer.PerformerId;

class PerformerTest {

    private static final PerformerId BAND = new PerformerId("band");
    private static final UserId OLGA = new UserId("olga");
    private static final UserId RIVAL = new UserId("rival");
    private static final PerformerDetails DETAILS = new PerformerDetails("Band", "", "Rock", null);
    private static final PerformerDetails RENAMED = new PerformerDetails("Better band", "", "Rock", null);
    private static final PerformerAdded ADDED = new PerformerAdded(BAND, OLGA, DETAILS);

    private FixtureConfiguration<Performer> performer;

    @BeforeEach
    void a_performer() {
        performer = new AggregateTestFixture<>(Performer.class);
        performer.registerCommandTargetResolver(message -> new VersionedAggregateIdentifier(
                (Object) ((Command) message.getPayload()).target().value(), null));
    }

    @Nested
    class Adding {

        @Test
        void is_done_once() {
            performer
                    .givenNoPriorActivity()
                    .when(new AddPerformer(BAND, OLGA, DETAILS))
                    .expectEvents(ADDED);
            performer.given(ADDED).when(new AddPerformer(BAND, OLGA, RENAMED)).expectNoEvents();
        }
    }

    @Nested
    class Revising {

        @Test
        void changes_what_is_told() {
            performer
                    .given(ADDED)
                    .when(new RevisePerformer(BAND, OLGA, false, RENAMED))
                    .expectEvents(new PerformerRevised(BAND, RENAMED));
        }

        @Test
        void to_what_it_is_already_changes_nothing() {
            performer
                    .given(ADDED, new PerformerRevised(BAND, RENAMED))
                    .when(new RevisePerformer(BAND, OLGA, false, RENAMED))
                    .expectNoEvents();
        }

        @Test
        void anothers_performer_finds_nothing_unless_an_administrator_asks() {
            performer
                    .given(ADDED)
                    .when(new RevisePerformer(BAND, RIVAL, false, RENAMED))
                    .expectNoEvents()
                    .expectException(Rejected.class)
                    .expectExceptionDetails(new PerformerNotFound(BAND));
            performer
                    .given(ADDED)
                    .when(new RevisePerformer(BAND, RIVAL, true, RENAMED))
                    .expectEvents(new PerformerRevised(BAND, RENAMED));
        }
    }
}
