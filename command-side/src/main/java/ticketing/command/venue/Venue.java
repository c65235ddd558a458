package ticketing.command.venue;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import java.util.Objects;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.VenueNotFound;
import ticketing.messages.UserId;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueCommand.OpenVenue;
import ticketing.messages.venue.VenueCommand.ReviseVenue;
import ticketing.messages.venue.VenueDetails;
import ticketing.messages.venue.VenueEvent;
import ticketing.messages.venue.VenueEvent.SeatMapDrawn;
import ticketing.messages.venue.VenueEvent.VenueOpened;
import ticketing.messages.venue.VenueEvent.VenueRevised;
import ticketing.messages.venue.VenueId;

/** A venue and the versions of its seat map. */
public final class Venue {

    @AggregateIdentifier
    private @Nullable VenueId id;

    private @Nullable UserId organizerId;
    private @Nullable VenueDetails details;
    private @Nullable SeatMap seatMap;
    private int seatMapVersion;

    /** The newest seat map. */
    public SeatMap seatMap() {
        return Objects.requireNonNull(seatMap);
    }

    /** The newest seat map's version, from 1. */
    public int seatMapVersion() {
        return seatMapVersion;
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(OpenVenue command) {
        if (id != null) {
            return;
        }
        apply(new VenueOpened(command.venueId(), command.organizerId(), command.details()));
        apply(new SeatMapDrawn(command.venueId(), 1, command.seatMap()));
    }

    @CommandHandler
    void handle(ReviseVenue command) {
        if (!command.anyOwner() && !command.organizerId().equals(organizerId)) {
            throw new Rejected(new VenueNotFound(command.venueId()));
        }
        if (!command.details().equals(details)) {
            apply(new VenueRevised(command.venueId(), command.details()));
        }
        if (!command.seatMap().equals(seatMap)) {
            apply(new SeatMapDrawn(command.venueId(), seatMapVersion + 1, command.seatMap()));
        }
    }

    @EventSourcingHandler
    void on(VenueEvent event) {
        id = event.venueId();
        switch (event) {
            case VenueOpened e -> {
                organizerId = e.organizerId();
                details = e.details();
            }
            case VenueRevised e -> details = e.details();
            case SeatMapDrawn e -> {
                seatMap = e.seatMap();
                seatMapVersion = e.version();
            }
        }
    }
}
