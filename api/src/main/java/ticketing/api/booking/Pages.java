package ticketing.api.booking;

import org.jspecify.annotations.Nullable;
import ticketing.api.problem.Problem;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingsOf;
import ticketing.messages.ticket.TicketsOfBuyer;

/** Pages through what is a buyer's own. */
public final class Pages {

    private Pages() {}

    static BookingsOf bookings(UserId buyer, @Nullable String cursor, int limit) {
        check(cursor, limit);
        return new BookingsOf(buyer, cursor, limit);
    }

    /** The question for a page of this buyer's tickets. */
    public static TicketsOfBuyer tickets(UserId buyer, @Nullable String cursor, int limit) {
        check(cursor, limit);
        return new TicketsOfBuyer(buyer, cursor, limit);
    }

    private static void check(@Nullable String cursor, int limit) {
        if (limit < 1 || limit > BookingsOf.LARGEST_PAGE) {
            throw Problem.invalid("limit", "lies between 1 and " + BookingsOf.LARGEST_PAGE);
        }
        try {
            BookingsOf.checkPage(cursor, limit);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("cursor", "is not one that a page ended with");
        }
    }
}
