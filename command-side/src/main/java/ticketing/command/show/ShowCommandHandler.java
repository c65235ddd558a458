package ticketing.command.show;

import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.deadline.DeadlineManager;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.modelling.command.Aggregate;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;
import ticketing.command.performer.Performer;
import ticketing.command.venue.Venue;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.PerformerNotFound;
import ticketing.messages.Rejection.VenueNotFound;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.show.ShowCommand.CancelShow;
import ticketing.messages.show.ShowCommand.DraftShow;
import ticketing.messages.show.ShowCommand.PublishShow;
import ticketing.messages.show.ShowCommand.ReviseShow;
import ticketing.messages.show.ShowId;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueId;

/**
 * Takes a show's commands and puts beside the show what its decisions need of others. Locks are always taken in the order show, venue, performers by identifier, so
 * that no two commands can wait for each other.
 */
@Component
final class ShowCommandHandler {

    /** Bookings that were on their way when the show was cancelled are committed or refused by then. */
    private static final Duration STRAGGLERS = Duration.ofMinutes(1);

    private final Repository<Show> shows;
    private final Repository<Venue> venues;
    private final Repository<Performer> performers;
    private final SaleTermsReader terms;
    private final DeadlineManager deadlines;
    private final Clock clock;

    ShowCommandHandler(
            Repository<Show> shows,
            Repository<Venue> venues,
            Repository<Performer> performers,
            SaleTermsReader terms,
            DeadlineManager deadlines,
            Clock clock) {
        this.shows = shows;
        this.venues = venues;
        this.performers = performers;
        this.terms = terms;
        this.deadlines = deadlines;
        this.clock = clock;
    }

    @CommandHandler
    void handle(DraftShow command) throws Exception {
        Aggregate<Show> show = shows.loadOrCreate(command.showId().value(), Show::new);
        SeatMap seatMap = seatMap(command.venueId()).seatMap();
        checkPerformers(command.details().performerIds());
        show.execute(s -> s.draft(command, seatMap));
    }

    @CommandHandler
    void handle(ReviseShow command) {
        Aggregate<Show> show = shows.load(command.showId().value());
        SeatMap seatMap = seatMap(command.venueId()).seatMap();
        checkPerformers(command.details().performerIds());
        show.execute(s -> s.revise(command, seatMap));
        forgetTerms(command.showId());
    }

    @CommandHandler
    void handle(PublishShow command) {
        Aggregate<Show> show = shows.load(command.showId().value());
        VenueId venueId = show.invoke(s -> s.venueId(command.organizerId(), command.anyOwner(), command.showId()));
        DrawnMap drawn = seatMap(venueId);
        show.execute(s -> s.publish(command, drawn.seatMap(), drawn.version(), clock.instant()));
        forgetTerms(command.showId());
    }

    @CommandHandler
    void handle(CancelShow command) {
        boolean cancelled = shows.load(command.showId().value()).invoke(show -> show.cancel(command, clock.instant()));
        if (cancelled) {
            ShowCancellation due = new ShowCancellation(command.showId());
            deadlines.schedule(clock.instant(), ShowCancellation.DEADLINE, due, ShowCancellation.SCOPE);
            deadlines.schedule(STRAGGLERS, ShowCancellation.DEADLINE, due, ShowCancellation.SCOPE);
        }
        forgetTerms(command.showId());
    }

    private void forgetTerms(ShowId showId) {
        CurrentUnitOfWork.get().afterCommit(unitOfWork -> terms.forget(showId));
    }

    private record DrawnMap(SeatMap seatMap, int version) {}

    private DrawnMap seatMap(VenueId venueId) {
        try {
            return venues.load(venueId.value()).invoke(venue -> new DrawnMap(venue.seatMap(), venue.seatMapVersion()));
        } catch (AggregateNotFoundException e) {
            throw new Rejected(new VenueNotFound(venueId));
        }
    }

    private void checkPerformers(List<PerformerId> performerIds) {
        List<PerformerId> inOrder = performerIds.stream()
                .distinct()
                .sorted(Comparator.comparing(PerformerId::value))
                .toList();
        for (PerformerId performerId : inOrder) {
            try {
                performers.load(performerId.value());
            } catch (AggregateNotFoundException e) {
                throw new Rejected(new PerformerNotFound(performerId));
            }
        }
    }
}
