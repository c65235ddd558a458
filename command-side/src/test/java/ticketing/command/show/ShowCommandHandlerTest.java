package ticketing.command.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.axonframework.common.lock.Lock;
import org.axonframework.common.lock.LockFactory;
import org.axonframework.deadline.DeadlineManager;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.modelling.command.Repository;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.command.CommandSide;
import ticketing.command.performer.Performer;
import ticketing.command.venue.Venue;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.UserId;
import ticketing.messages.performer.PerformerCommand.AddPerformer;
import ticketing.messages.performer.PerformerDetails;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.show.ShowCommand.CancelShow;
import ticketing.messages.show.ShowCommand.DraftShow;
import ticketing.messages.show.ShowCommand.PublishShow;
import ticketing.messages.show.ShowCommand.ReviseShow;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.VenueId;

/** A show's commands beside venue and performers. */
@Timeout(120)
class ShowCommandHandlerTest {

    private static final UserId OLGA = CommandSide.ORGANIZER;
    private static final PerformerId FIRST = new PerformerId("performer1");
    private static final PerformerId SECOND = new PerformerId("performer2");

    private static CommandSide side;

    private VenueId venue;
    private ShowId show;

    @BeforeAll
    static void open() {
        side = new CommandSide();
        for (PerformerId performer : List.of(FIRST, SECOND)) {
            side.send(new AddPerformer(performer, OLGA, new PerformerDetails("Band", "", "Rock", null)));
        }
    }

    @AfterAll
    static void close() {
        side.close();
    }

    @BeforeEach
    void names() {
        venue = side.venue();
        show = new ShowId("s" + venue);
    }

    private static ShowDetails by(PerformerId... performers) {
        ShowDetails plain = side.details();
        return new ShowDetails(
                "Show", "", ShowType.CONCERT, List.of(performers), plain.startsAt(), null, null, 600, 8, List.of());
    }

    private DraftShow draft(PerformerId... performers) {
        return new DraftShow(show, OLGA, venue, by(performers), Map.of("Stalls", CommandSide.PRICE));
    }

    private ReviseShow revise(PerformerId... performers) {
        return new ReviseShow(show, OLGA, false, venue, by(performers), Map.of("Stalls", CommandSide.PRICE));
    }

    private static void refused(ThrowingCallable command, Rejection rejection) {
        assertThatThrownBy(command)
                .isInstanceOfSatisfying(
                        Rejected.class, e -> assertThat(e.rejection()).isEqualTo(rejection));
    }

    @Nested
    class Locks {

        private final List<String> taken = new ArrayList<>();

        /** Writes down who is locked, and lets everybody in. */
        private final LockFactory notebook = identifier -> {
            taken.add(identifier);
            return new Lock() {
                @Override
                public void release() {}

                @Override
                public boolean isHeld() {
                    return true;
                }
            };
        };

        private final ShowCommandHandler handler = new ShowCommandHandler(
                repository(Show.class),
                repository(Venue.class),
                repository(Performer.class),
                side.bean(SaleTermsReader.class),
                side.bean(DeadlineManager.class),
                side.clock());

        private <T> Repository<T> repository(Class<T> aggregate) {
            return EventSourcingRepository.builder(aggregate)
                    .eventStore(side.bean(EventStore.class))
                    .lockFactory(notebook)
                    .build();
        }

        private void order(ThrowingCallable command, String... expected) {
            taken.clear();
            DefaultUnitOfWork<?> unitOfWork = DefaultUnitOfWork.startAndGet(new GenericMessage<>("command"));
            try {
                assertThat(org.assertj.core.api.Assertions.catchThrowable(command))
                        .isNull();
            } finally {
                unitOfWork.rollback();
            }
            assertThat(taken).containsExactly(expected);
        }

        @Test
        void are_taken_show_first_then_venue_then_performers_by_identifier() {
            String[] all = {show.value(), venue.value(), FIRST.value(), SECOND.value()};
            order(() -> handler.handle(draft(SECOND, FIRST)), all);
            order(() -> handler.handle(draft(FIRST, SECOND, FIRST)), all);
            side.send(draft());
            order(() -> handler.handle(revise(SECOND, FIRST)), all);
            order(() -> handler.handle(new PublishShow(show, OLGA, false)), show.value(), venue.value());
            order(() -> handler.handle(new CancelShow(show, OLGA, false)), show.value());
        }
    }

    @Nested
    class Refusals {

        @Test
        void name_the_venue_or_performer_that_is_not_there() {
            VenueId nowhere = new VenueId("nowhere");
            PerformerId nobody = new PerformerId("nobody");
            refused(
                    () -> side.send(new DraftShow(show, OLGA, nowhere, by(), Map.of())),
                    new Rejection.VenueNotFound(nowhere));
            refused(() -> side.send(draft(FIRST, nobody)), new Rejection.PerformerNotFound(nobody));
            assertThat(side.events(show.value())).isEmpty();
            side.send(draft());
            refused(() -> side.send(revise(nobody)), new Rejection.PerformerNotFound(nobody));
        }

        @Test
        void find_no_show_that_was_not_drafted_or_is_anothers() {
            Rejection none = new Rejection.ShowNotFound(show);
            refused(() -> side.send(revise()), none);
            refused(() -> side.send(new PublishShow(show, OLGA, false)), none);
            refused(() -> side.send(new CancelShow(show, OLGA, false)), none);
            side.send(draft());
            UserId rival = new UserId("rival");
            refused(() -> side.send(new PublishShow(show, rival, false)), none);
            refused(() -> side.send(new CancelShow(show, rival, false)), none);
        }
    }

    @Test
    void drafting_twice_is_once_and_a_change_is_in_force_with_its_commit() {
        side.send(draft());
        side.send(draft());
        assertThat(side.events(show.value())).hasSize(1);
        SaleTermsReader terms = side.bean(SaleTermsReader.class);
        assertThat(terms.of(show).details()).isEqualTo(by());
        side.send(revise(SECOND));
        assertThat(terms.of(show).details()).isEqualTo(by(SECOND));
        side.send(new PublishShow(show, OLGA, false));
        assertThat(terms.of(show).status()).isEqualTo(ticketing.messages.show.ShowStatus.PUBLISHED);
        side.send(new CancelShow(show, OLGA, false));
        assertThat(terms.of(show).status()).isEqualTo(ticketing.messages.show.ShowStatus.CANCELLED);
    }
}
