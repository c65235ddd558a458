package ticketing.command.show;

import java.time.Instant;
import java.util.List;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.ShowNotFound;
import ticketing.messages.UserId;
import ticketing.messages.show.ShowCommand.CancelShow;
import ticketing.messages.show.ShowCommand.DraftShow;
import ticketing.messages.show.ShowCommand.PublishShow;
import ticketing.messages.show.ShowCommand.ReviseShow;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowEvent.ShowDrafted;
import ticketing.messages.show.ShowId;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueId;

/**
 * Axon's thin shell around {@link ShowState}. Its commands need the venue's seat map beside them and so come through {@link ShowCommandHandler}.
 */
public final class Show {

    // Read by Axon.
    @AggregateIdentifier
    @SuppressWarnings("UnusedVariable")
    private @Nullable ShowId id;

    private ShowState state = new ShowState.Unknown();

    void draft(DraftShow c, SeatMap seatMap) {
        if (state instanceof ShowState.Unknown) {
            ShowState.checkPrices(c.prices(), seatMap);
            AggregateLifecycle.apply(
                    new ShowDrafted(c.showId(), c.organizerId(), c.venueId(), c.details(), c.prices()));
        }
    }

    void revise(ReviseShow c, SeatMap seatMap) {
        apply(state.revise(c, seatMap));
    }

    void publish(PublishShow c, SeatMap seatMap, int seatMapVersion, Instant now) {
        apply(state.publish(c, seatMap, seatMapVersion, now));
    }

    /** @return whether this cancelled it; false if it was before */
    boolean cancel(CancelShow c, Instant now) {
        List<ShowEvent> events = state.cancel(c, now);
        apply(events);
        return !events.isEmpty();
    }

    /** The venue it takes place at; asked only by its owner. */
    VenueId venueId(UserId asking, boolean anyOwner, ShowId showId) {
        return switch (state) {
            case ShowState.Draft s when anyOwner || s.organizerId().equals(asking) -> s.venueId();
            case ShowState.Published s when anyOwner || s.organizerId().equals(asking) -> s.venueId();
            case ShowState.Cancelled s when anyOwner || s.organizerId().equals(asking) -> s.venueId();
            default -> throw new Rejected(new ShowNotFound(showId));
        };
    }

    private static void apply(List<ShowEvent> events) {
        events.forEach(AggregateLifecycle::apply);
    }

    @EventSourcingHandler
    void on(ShowEvent event) {
        id = event.showId();
        state = ShowState.evolve(state, event);
    }
}
