package ticketing.api.booking;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a buyer wants: named seats, or the best ones to be had.
 *
 * @param ticketIds either these
 * @param bestAvailable or this
 */
record BookingRequest(
        @Nullable String eventId,
        @Nullable List<@Nullable String> ticketIds,
        @Nullable BestSeats bestAvailable) {

    /**
     * Seats side by side that the platform picks.
     *
     * @param maxPrice for each, in the event's currency
     */
    record BestSeats(
            @Nullable Integer quantity,
            @Nullable String section,
            @Nullable BigDecimal maxPrice,
            @Nullable Boolean accessible) {}

    /** @param paymentMethod the provider's name of the method */
    record Confirmation(@Nullable String paymentMethod) {}
}
