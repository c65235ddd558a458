package ticketing.query.booking;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.BookingOf;
import ticketing.messages.booking.BookingOf.Booking;
import ticketing.messages.booking.BookingOf.Ticket;
import ticketing.messages.booking.BookingStatus;
import ticketing.messages.booking.BookingsOf;
import ticketing.messages.booking.Payment;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.payment.PaymentStatus;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.venue.VenueId;
import ticketing.query.Rows;
import ticketing.query.venue.SeatLayout;
import ticketing.query.venue.SeatLayouts;

/** Answers a buyer's questions for their bookings. */
@Component
class Bookings {

    private static final String SELECT = """
            SELECT b.*, s.name, s.starts_at, v.zone, v.venue_id, s.seat_map_version
            FROM view.booking b JOIN view.show s USING (show_id) JOIN view.venue v USING (venue_id)
            """;

    private final JdbcClient jdbc;
    private final SeatLayouts layouts;
    private final Clock clock;

    Bookings(JdbcClient jdbc, SeatLayouts layouts, Clock clock) {
        this.jdbc = jdbc;
        this.layouts = layouts;
        this.clock = clock;
    }

    @QueryHandler
    @Nullable
    Booking handle(BookingOf query) {
        // One round trip, because every booking and payment is answered with it. The buyer is compared here: in the
        // query, a
        // database without fresh statistics goes through all of a buyer's bookings.
        return jdbc.sql("""
                        SELECT b.*, s.name, s.starts_at, v.zone, v.venue_id, s.seat_map_version,
                               t.seat, t.section, t.amount AS price, t.currency AS price_currency
                        FROM view.booking b JOIN view.show s USING (show_id) JOIN view.venue v USING (venue_id)
                             LEFT JOIN view.booking_ticket t USING (booking_id)
                        WHERE b.booking_id = ? ORDER BY t.ordinal
                        """)
                .param(query.bookingId().value())
                .query((ResultSet rows) -> ofBuyer(rows, query.buyerId()))
                .orElse(null);
    }

    private Optional<Booking> ofBuyer(ResultSet rows, UserId buyer) throws SQLException {
        Found found = null;
        List<BookedSeat> seats = new ArrayList<>();
        while (rows.next()) {
            if (found == null) {
                found = found(rows, 0);
            }
            if (rows.getString("section") != null) {
                seats.add(new BookedSeat(
                        TicketId.of(found.bookingId.showId(), rows.getInt("seat")),
                        rows.getString("section"),
                        Rows.money(rows, "price", "price_currency")));
            }
        }
        return found == null || !found.buyerId.equals(buyer)
                ? Optional.empty()
                : Optional.of(booking(found, seats, clock.instant()));
    }

    @QueryHandler
    BookingsOf.Page handle(BookingsOf query) {
        long before = query.cursor() == null ? Long.MAX_VALUE : Long.parseLong(query.cursor());
        List<Found> found = jdbc.sql(SELECT
                        + "WHERE b.buyer_id = ? AND b.reserved_position < ? ORDER BY b.reserved_position DESC LIMIT ?")
                .params(query.buyerId().value(), before, query.limit() + 1)
                .query(Bookings::found)
                .list();
        boolean more = found.size() > query.limit();
        List<Found> page = more ? found.subList(0, query.limit()) : found;
        return new BookingsOf.Page(withTickets(page), more ? Long.toString(page.getLast().reservedPosition) : null);
    }

    private List<Booking> withTickets(List<Found> found) {
        Map<String, List<BookedSeat>> seats = new HashMap<>();
        jdbc.sql("""
                SELECT booking_id, show_id, seat, section, amount, currency FROM view.booking_ticket
                WHERE booking_id = ANY (?::text[]) ORDER BY booking_id, ordinal
                """)
                .param(found.stream().map(booking -> booking.bookingId.value()).toArray(String[]::new))
                .query(row -> {
                    seats.computeIfAbsent(row.getString("booking_id"), id -> new ArrayList<>())
                            .add(new BookedSeat(
                                    TicketId.of(new ShowId(row.getString("show_id")), row.getInt("seat")),
                                    row.getString("section"),
                                    Rows.money(row, "amount", "currency")));
                });
        Instant now = clock.instant();
        return found.stream()
                .map(booking -> booking(booking, seats.getOrDefault(booking.bookingId.value(), List.of()), now))
                .toList();
    }

    private Booking booking(Found found, List<BookedSeat> seats, Instant now) {
        // Without its map a seat has no name any more, but the buyer's other bookings are not to suffer from it.
        SeatLayout layout = layouts.find(found.venueId, found.seatMapVersion);
        List<Ticket> tickets = seats.stream()
                .map(seat -> {
                    SeatLayout.Printed printed = layout == null ? null : layout.printed(seat.ticketId.seat());
                    return new Ticket(
                            seat.ticketId,
                            seat.section,
                            printed == null ? "" : printed.row(),
                            printed == null ? "" : printed.seat(),
                            seat.price);
                })
                .toList();
        return new Booking(
                found.bookingId,
                found.status,
                found.bookingId.showId(),
                found.showName,
                found.startsAt,
                found.zone,
                tickets,
                found.total,
                found.expiresAt,
                found.status == BookingStatus.RESERVED ? secondsUntil(found.expiresAt, now) : 0,
                found.payment);
    }

    /** Full seconds, so that nobody is told of time that is not there. */
    private static long secondsUntil(Instant end, Instant now) {
        return Math.max(0, Duration.between(now, end).toSeconds());
    }

    private static Found found(ResultSet row, int n) throws SQLException {
        String currency = row.getString("currency");
        String paymentId = row.getString("payment_id");
        Money total = Rows.money(row, "total", "currency");
        Payment payment = paymentId == null
                ? null
                : new Payment(
                        new PaymentId(paymentId),
                        PaymentStatus.valueOf(row.getString("payment_status")),
                        row.getBigDecimal("payment_amount") == null
                                ? total
                                : new Money(row.getBigDecimal("payment_amount"), currency));
        return new Found(
                new BookingId(row.getString("booking_id")),
                new UserId(row.getString("buyer_id")),
                BookingStatus.valueOf(row.getString("status")),
                row.getString("name"),
                Rows.instant(row, "starts_at"),
                ZoneId.of(row.getString("zone")),
                new VenueId(row.getString("venue_id")),
                row.getInt("seat_map_version"),
                total,
                Rows.instant(row, "expires_at"),
                payment,
                row.getLong("reserved_position"));
    }

    private record Found(
            BookingId bookingId,
            UserId buyerId,
            BookingStatus status,
            String showName,
            Instant startsAt,
            ZoneId zone,
            VenueId venueId,
            int seatMapVersion,
            Money total,
            Instant expiresAt,
            @Nullable Payment payment,
            long reservedPosition) {}

    private record BookedSeat(TicketId ticketId, String section, Money price) {}
}
