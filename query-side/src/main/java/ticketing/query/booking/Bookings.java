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
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.Gathering;
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
import ticketing.messages.show.ShowDetails;
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
    private final Gathering<BookingId, WithSeats> bookings = new Gathering<>(this::together);

    Bookings(JdbcClient jdbc, SeatLayouts layouts, Clock clock) {
        this.jdbc = jdbc;
        this.layouts = layouts;
        this.clock = clock;
    }

    @QueryHandler
    @Nullable
    Booking handle(BookingOf query) {
        WithSeats booking = bookings.ask(query.bookingId());
        return booking == null || !booking.found.buyerId.equals(query.buyerId())
                ? null
                : booking(booking.found, booking.seats, clock.instant());
    }

    /**
     * Every booking and payment is answered with this, so all who ask at once share one round trip. Written so that a database without fresh
     * statistics, as on the first day of a sale, has no other way than the keys: no comparison of the buyer, or it goes through all of a buyer's
     * bookings; a limit, or it goes through all tickets of everybody.
     */
    private Map<BookingId, WithSeats> together(List<BookingId> ids) {
        Map<BookingId, WithSeats> bookings = HashMap.newHashMap(ids.size());
        jdbc.sql("""
                SELECT b.*, s.name, s.starts_at, v.zone, v.venue_id, s.seat_map_version,
                       t.seat, t.section, t.amount AS price, t.currency AS price_currency
                FROM unnest(?::text[]) AS asked (booking_id)
                     CROSS JOIN LATERAL (SELECT * FROM view.booking WHERE booking_id = asked.booking_id LIMIT 1) b
                     JOIN view.show s USING (show_id) JOIN view.venue v USING (venue_id)
                     LEFT JOIN LATERAL (SELECT * FROM view.booking_ticket WHERE booking_id = asked.booking_id LIMIT %d) t ON true
                ORDER BY b.booking_id, t.ordinal
                """.formatted(ShowDetails.MOST_TICKETS))
                .param(ids.stream().map(BookingId::value).toArray(String[]::new))
                .query(row -> {
                    BookingId id = new BookingId(row.getString("booking_id"));
                    WithSeats booking = bookings.get(id);
                    if (booking == null) {
                        booking = new WithSeats(found(row, 0), new ArrayList<>());
                        bookings.put(id, booking);
                    }
                    if (row.getString("section") != null) {
                        booking.seats.add(new BookedSeat(
                                TicketId.of(id.showId(), row.getInt("seat")),
                                row.getString("section"),
                                Rows.money(row, "price", "price_currency")));
                    }
                });
        return bookings;
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

    private record WithSeats(Found found, List<BookedSeat> seats) {}

    private record BookedSeat(TicketId ticketId, String section, Money price) {}
}
