package ticketing.messages.venue;

import ticketing.messages.Command;
import ticketing.messages.UserId;

/** Orders to a venue. */
public sealed interface VenueCommand extends Command {

    VenueId venueId();

    @Override
    default VenueId target() {
        return venueId();
    }

    /** Opens a venue that belongs to this organizer. */
    record OpenVenue(VenueId venueId, UserId organizerId, VenueDetails details, SeatMap seatMap)
            implements VenueCommand {}

    /**
     * Replaces what is known of a venue. Another seat map becomes the next version; shows published before keep theirs.
     *
     * @param organizerId who asks; the venue's owner, unless {@code anyOwner}
     */
    record ReviseVenue(VenueId venueId, UserId organizerId, boolean anyOwner, VenueDetails details, SeatMap seatMap)
            implements VenueCommand {}
}
