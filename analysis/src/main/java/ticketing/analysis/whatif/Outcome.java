package ticketing.analysis.whatif;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Event;
import ticketing.messages.booking.BookingEvent.BookingConfirmed;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingEvent.BookingRefunded;
import ticketing.messages.booking.BookingEvent.BookingReleased;
import ticketing.messages.booking.BookingEvent.BookingReserved;
import ticketing.messages.booking.BookingId;

/**
 * What became of a sale.
 *
 * @param bookings that got their seats
 * @param paid bookings, refunded ones included
 * @param expired bookings whose time was up
 * @param released bookings that were given back
 * @param refunded bookings
 * @param ticketsSold less refunded ones
 * @param revenue less refunds, in the show's currency
 * @param firstAt when the first booking was made
 * @param lastSaleAt when the last was paid; absent if none was
 * @param sold how many tickets were sold, refunds taken off, after each sale
 * @param refusals how many buyers were refused for which reason; of reality nobody knows
 */
public record Outcome(
        int bookings,
        int paid,
        int expired,
        int released,
        int refunded,
        int ticketsSold,
        BigDecimal revenue,
        @Nullable Instant firstAt,
        @Nullable Instant lastSaleAt,
        NavigableMap<Instant, Integer> sold,
        Map<String, Integer> refusals) {

    static Outcome of(Iterable<Event> events, Map<String, Integer> refusals) {
        Map<BookingId, BookingReserved> made = new HashMap<>();
        NavigableMap<Instant, Integer> changes = new TreeMap<>();
        int paid = 0;
        int expired = 0;
        int released = 0;
        int refunded = 0;
        BigDecimal revenue = BigDecimal.ZERO;
        Instant firstAt = null;
        Instant lastSaleAt = null;
        for (Event event : events) {
            switch (event) {
                case BookingReserved e -> {
                    made.put(e.bookingId(), e);
                    firstAt = firstAt == null || e.reservedAt().isBefore(firstAt) ? e.reservedAt() : firstAt;
                }
                case BookingConfirmed e -> {
                    BookingReserved booking = made.get(e.bookingId());
                    if (booking != null) {
                        paid++;
                        revenue = revenue.add(booking.total().amount());
                        changes.merge(e.confirmedAt(), booking.tickets().size(), Integer::sum);
                        lastSaleAt = lastSaleAt == null || e.confirmedAt().isAfter(lastSaleAt)
                                ? e.confirmedAt()
                                : lastSaleAt;
                    }
                }
                case BookingExpired _ -> expired++;
                case BookingReleased _ -> released++;
                case BookingRefunded e -> {
                    BookingReserved booking = made.get(e.bookingId());
                    if (booking != null) {
                        refunded++;
                        revenue = revenue.subtract(e.amount().amount());
                        changes.merge(e.refundedAt(), -booking.tickets().size(), Integer::sum);
                    }
                }
                default -> {
                    // Changes nothing of what is counted.
                }
            }
        }
        NavigableMap<Instant, Integer> sold = new TreeMap<>();
        int now = 0;
        for (Map.Entry<Instant, Integer> change : changes.entrySet()) {
            now += change.getValue();
            sold.put(change.getKey(), now);
        }
        return new Outcome(
                made.size(),
                paid,
                expired,
                released,
                refunded,
                now,
                revenue,
                firstAt,
                lastSaleAt,
                sold,
                Map.copyOf(refusals));
    }

    /** How long it took from the first booking until half of the tickets that were sold in the end were sold; nothing if none was. */
    public Duration untilHalf() {
        for (Map.Entry<Instant, Integer> moment : sold.entrySet()) {
            if (firstAt != null && 2 * moment.getValue() >= ticketsSold) {
                return Duration.between(firstAt, moment.getKey());
            }
        }
        return Duration.ZERO;
    }

    /** How long it took from the first booking to the last sale. */
    public Duration untilLast() {
        return firstAt == null || lastSaleAt == null ? Duration.ZERO : Duration.between(firstAt, lastSaleAt);
    }

    /** How many tickets were sold at this moment. */
    public int soldAt(Instant moment) {
        Map.Entry<Instant, Integer> entry = sold.floorEntry(moment);
        return entry == null ? 0 : entry.getValue();
    }
}
