package ticketing.messages.show;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.StoredAs;
import ticketing.messages.UserId;
import ticketing.messages.venue.VenueId;

/** What happened to a show. */
public sealed interface ShowEvent extends Event {

    ShowId showId();

    @StoredAs("show.ShowDrafted")
    record ShowDrafted(
            ShowId showId, UserId organizerId, VenueId venueId, ShowDetails details, Map<String, Money> prices)
            implements ShowEvent {}

    @StoredAs("show.ShowRevised")
    record ShowRevised(ShowId showId, VenueId venueId, ShowDetails details, Map<String, Money> prices)
            implements ShowEvent {}

    /**
     * Every seat of the priced sections is an available ticket from here on. One event whatever the size of the venue: tickets follow from it, so
     * a show is published whole or not at all.
     *
     * @param seatMapVersion the version of the venue's seat map that the show keeps for ever
     */
    @StoredAs("show.ShowPublished")
    record ShowPublished(
            ShowId showId, VenueId venueId, int seatMapVersion, List<PricedSection> sections, Instant publishedAt)
            implements ShowEvent {}

    @StoredAs("show.ShowCancelled")
    record ShowCancelled(ShowId showId, Instant cancelledAt) implements ShowEvent {}
}
