package ticketing.messages.booking;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingOf.Booking;

/**
 * Asks for a buyer's bookings, the latest first.
 *
 * @param cursor where the last page ended; absent for the first page
 */
public record BookingsOf(UserId buyerId, @Nullable String cursor, int limit) {

    public static final int LARGEST_PAGE = 100;

    /** @throws IllegalArgumentException if no page ever ended at this cursor, or the limit is out of bounds */
    public BookingsOf {
        checkPage(cursor, limit);
    }

    /**
     * Guards questions that page through a person's bookings. A cursor is the position of the last booking shown, in digits.
     *
     * @throws IllegalArgumentException if it is not a cursor, or the limit is out of bounds
     */
    public static void checkPage(@Nullable String cursor, int limit) {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw new IllegalArgumentException("limit is between 1 and " + LARGEST_PAGE);
        }
        if (cursor != null
                && (cursor.isEmpty() || cursor.length() > 18 || cursor.chars().anyMatch(c -> c < '0' || c > '9'))) {
            throw new IllegalArgumentException("not a cursor");
        }
    }

    /** @param nextCursor absent after the last page */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Page(List<Booking> bookings, @Nullable String nextCursor) {}
}
