package ticketing.api.booking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import ticketing.api.Dispatch;
import ticketing.api.account.PersonalData;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingOf.Booking;
import ticketing.messages.booking.BookingsOf;

/** A person's bookings, their tickets included, as part of everything that is held about them. */
@Component
class PersonalBookings implements PersonalData {

    /** Nobody books more by hand; an export has to end. */
    private static final int MOST_PAGES = 1_000;

    private final Dispatch dispatch;

    PersonalBookings(Dispatch dispatch) {
        this.dispatch = dispatch;
    }

    @Override
    public Map<String, Object> of(UserId user) {
        List<Booking> bookings = new ArrayList<>();
        @Nullable String cursor = null;
        for (int i = 0; i < MOST_PAGES; i++) {
            BookingsOf.Page page = dispatch.ask(
                            new BookingsOf(user, cursor, BookingsOf.LARGEST_PAGE), BookingsOf.Page.class)
                    .orElseThrow();
            bookings.addAll(page.bookings());
            cursor = page.nextCursor();
            if (cursor == null) {
                break;
            }
        }
        return Map.of("bookings", bookings);
    }
}
