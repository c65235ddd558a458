package ticketing.messages.booking;

import java.util.List;
import ticketing.messages.Command;
import ticketing.messages.show.ShowId;

/**
 * Ends those of a show's holds whose time is up, in one unit of work. Answered with {@link Left}.
 *
 * @param bookingIds bookings of the show, each named once
 */
public record ExpireBookings(ShowId showId, List<BookingId> bookingIds) implements Command {

    public ExpireBookings {
        bookingIds = List.copyOf(bookingIds);
    }

    /**
     * Those which have to be looked at one by one, because something is left to be done for them. A list by itself would lose its elements' type on a network.
     */
    public record Left(List<BookingId> bookingIds) {
        public Left {
            bookingIds = List.copyOf(bookingIds);
        }
    }

    @Override
    public ShowId target() {
        return showId;
    }
}
