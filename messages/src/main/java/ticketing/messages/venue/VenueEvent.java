package ticketing.messages.venue;

import ticketing.messages.Event;
import ticketing.messages.StoredAs;
import ticketing.messages.UserId;

/** What happened to a venue. */
public sealed interface VenueEvent extends Event {

    VenueId venueId();

    @StoredAs("venue.VenueOpened")
    record VenueOpened(VenueId venueId, UserId organizerId, VenueDetails details) implements VenueEvent {}

    @StoredAs("venue.VenueRevised")
    record VenueRevised(VenueId venueId, VenueDetails details) implements VenueEvent {}

    /** @param version 1 for the first map of a venue, then 2, 3, … */
    @StoredAs("venue.SeatMapDrawn")
    record SeatMapDrawn(VenueId venueId, int version, SeatMap seatMap) implements VenueEvent {}
}
