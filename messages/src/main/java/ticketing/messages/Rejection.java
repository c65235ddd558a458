package ticketing.messages;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.BookingStatus;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.venue.VenueId;

/** Why a command was refused: the business's "no", never a fault of the program. A refused command has changed nothing. */
public sealed interface Rejection {

    /** One sentence for a person. */
    String message();

    /** A value that is well formed but cannot be, for example a price for a section the venue does not have. */
    record Invalid(String field, String message) implements Rejection {}

    record VenueNotFound(VenueId venueId) implements Rejection {
        @Override
        public String message() {
            return "There is no such venue.";
        }
    }

    record PerformerNotFound(PerformerId performerId) implements Rejection {
        @Override
        public String message() {
            return "There is no such performer.";
        }
    }

    /** Also the answer to an organizer who asks for somebody else's show. */
    record ShowNotFound(ShowId showId) implements Rejection {
        @Override
        public String message() {
            return "There is no such event.";
        }
    }

    /**
     * At the moment that is asked for there were no seats yet.
     *
     * @param publishedAt since when there are; absent if the show is still a draft
     */
    record ShowNotPublishedThen(ShowId showId, @Nullable Instant publishedAt) implements Rejection {
        @Override
        public String message() {
            return publishedAt == null
                    ? "The event is not published yet and has no seats."
                    : "The event was published at " + publishedAt + " and had no seats before.";
        }
    }

    record TicketNotFound(List<TicketId> ticketIds) implements Rejection {
        @Override
        public String message() {
            return "Not a ticket of this event.";
        }
    }

    /** Also the answer to a buyer who asks for somebody else's booking. */
    record BookingNotFound(BookingId bookingId) implements Rejection {
        @Override
        public String message() {
            return "There is no such booking.";
        }
    }

    /** There is such a booking of this buyer's already, and it was made with other tickets. */
    record BookingDiffers(BookingId bookingId) implements Rejection {
        @Override
        public String message() {
            return "This booking was made with other tickets.";
        }
    }

    /** The show is not in a state in which this change is possible. */
    record ShowNotEditable(ShowId showId, ShowStatus status, String message) implements Rejection {}

    /**
     * Tickets cannot be booked now.
     *
     * @param onSaleAt when the sale opens, if it has yet to
     */
    record NotOnSale(
            ShowId showId, String message, @Nullable Instant onSaleAt) implements Rejection {}

    /** @param ticketIds the tickets somebody else holds or has bought; empty if there are not enough to choose from */
    record SeatTaken(List<TicketId> ticketIds) implements Rejection {
        @Override
        public String message() {
            return ticketIds.isEmpty()
                    ? "There are not enough seats left."
                    : "Somebody else was faster: " + ticketIds.size() + " of these seats are taken.";
        }
    }

    record TooManyTickets(int asked, int limit) implements Rejection {
        @Override
        public String message() {
            return "At most " + limit + " tickets can be booked at once.";
        }
    }

    record HoldExpired(BookingId bookingId) implements Rejection {
        @Override
        public String message() {
            return "The hold has ended; the seats are free again.";
        }
    }

    /** The booking stands where this is not possible: it has come to an end, is sold already, or, for a refund, is not sold. */
    record BookingClosed(BookingId bookingId, BookingStatus status) implements Rejection {
        @Override
        public String message() {
            return "The booking is " + status + ".";
        }
    }

    /**
     * No money was reserved, and the hold lives on; where it does not, the refusal is another one.
     *
     * @param reason the provider's decline code, or one of our own: {@code too_many_attempts}, {@code superseded}
     */
    record PaymentDeclined(BookingId bookingId, String reason) implements Rejection {
        @Override
        public String message() {
            return "The payment was declined; as long as the hold lasts, another payment method can be tried.";
        }
    }

    record PaymentInProgress(BookingId bookingId) implements Rejection {
        @Override
        public String message() {
            return "A payment for this booking is under way.";
        }
    }

    record PaymentNotFound(String paymentId) implements Rejection {
        @Override
        public String message() {
            return "There is no such payment.";
        }
    }
}
