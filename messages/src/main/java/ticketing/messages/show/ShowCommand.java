package ticketing.messages.show;

import java.util.Map;
import ticketing.messages.Command;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.venue.VenueId;

/** Orders to a show. In all of them {@code organizerId} is who asks: the show's owner, unless {@code anyOwner}. */
public sealed interface ShowCommand extends Command {

    ShowId showId();

    @Override
    default ShowId target() {
        return showId();
    }

    /** @param prices by section name; a section without a price is not for sale */
    record DraftShow(ShowId showId, UserId organizerId, VenueId venueId, ShowDetails details, Map<String, Money> prices)
            implements ShowCommand {
        public DraftShow {
            prices = Map.copyOf(prices);
        }
    }

    /** Replaces what is known of a show; venue and prices are fixed once it is published. */
    record ReviseShow(
            ShowId showId,
            UserId organizerId,
            boolean anyOwner,
            VenueId venueId,
            ShowDetails details,
            Map<String, Money> prices)
            implements ShowCommand {
        public ReviseShow {
            prices = Map.copyOf(prices);
        }
    }

    /** Makes every seat an available ticket. Publishing twice is publishing once. */
    record PublishShow(ShowId showId, UserId organizerId, boolean anyOwner) implements ShowCommand {}

    /** Ends the sale for good: holds are released and sold tickets refunded. */
    record CancelShow(ShowId showId, UserId organizerId, boolean anyOwner) implements ShowCommand {}
}
