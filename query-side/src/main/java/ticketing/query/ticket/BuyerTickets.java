package ticketing.query.ticket;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.List;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.ticket.TicketOfBuyer;
import ticketing.messages.ticket.TicketOfBuyer.OwnedTicket;
import ticketing.messages.ticket.TicketOfBuyer.TicketVenue;
import ticketing.messages.ticket.TicketStatus;
import ticketing.messages.ticket.TicketsOfBuyer;
import ticketing.messages.venue.VenueId;
import ticketing.query.Rows;
import ticketing.query.venue.SeatLayout;
import ticketing.query.venue.SeatLayouts;

/** Answers which tickets a person has bought. A ticket is theirs while the booking that bought it stands. */
@Component
class BuyerTickets {

    private static final String SELECT = """
            SELECT b.booking_id, b.reserved_position, t.show_id, t.seat, t.section, t.amount, t.currency,
                   s.name, s.status, s.starts_at, s.seat_map_version, v.venue_id, v.name AS venue, v.line1, v.city, v.country, v.zone
            FROM view.booking b JOIN view.booking_ticket t USING (booking_id)
            JOIN view.show s ON s.show_id = t.show_id JOIN view.venue v USING (venue_id)
            """;

    private final JdbcClient jdbc;
    private final SeatLayouts layouts;

    BuyerTickets(JdbcClient jdbc, SeatLayouts layouts) {
        this.jdbc = jdbc;
        this.layouts = layouts;
    }

    @QueryHandler
    @Nullable
    OwnedTicket handle(TicketOfBuyer query) {
        return jdbc.sql(SELECT + "WHERE t.show_id = ? AND t.seat = ? AND b.buyer_id = ? AND b.status = 'CONFIRMED'")
                .params(
                        query.ticketId().showId().value(),
                        query.ticketId().seat(),
                        query.buyerId().value())
                .query(this::ticket)
                .optional()
                .orElse(null);
    }

    @QueryHandler
    TicketsOfBuyer.Page handle(TicketsOfBuyer query) {
        long before = query.cursor() == null ? Long.MAX_VALUE : Long.parseLong(query.cursor());
        List<Long> bookings = jdbc.sql("""
                SELECT reserved_position FROM view.booking
                WHERE buyer_id = ? AND reserved_position < ? AND status = 'CONFIRMED'
                ORDER BY reserved_position DESC LIMIT ?
                """)
                .params(query.buyerId().value(), before, query.limit() + 1)
                .query((row, n) -> row.getLong(1))
                .list();
        if (bookings.isEmpty()) {
            return new TicketsOfBuyer.Page(List.of(), null);
        }
        boolean more = bookings.size() > query.limit();
        long last = bookings.get(Math.min(bookings.size(), query.limit()) - 1);
        List<OwnedTicket> tickets = jdbc.sql(SELECT + """
                WHERE b.buyer_id = ? AND b.reserved_position < ? AND b.reserved_position >= ? AND b.status = 'CONFIRMED'
                ORDER BY b.reserved_position DESC, t.ordinal
                """)
                .params(query.buyerId().value(), before, last)
                .query(this::ticket)
                .list();
        return new TicketsOfBuyer.Page(tickets, more ? Long.toString(last) : null);
    }

    private OwnedTicket ticket(ResultSet row, int n) throws SQLException {
        ShowId showId = new ShowId(row.getString("show_id"));
        VenueId venueId = new VenueId(row.getString("venue_id"));
        int seat = row.getInt("seat");
        // Without its map a seat has no name any more, but it is the buyer's all the same.
        SeatLayout layout = layouts.find(venueId, row.getInt("seat_map_version"));
        SeatLayout.Printed printed = layout == null ? null : layout.printed(seat);
        return new OwnedTicket(
                TicketId.of(showId, seat),
                new BookingId(row.getString("booking_id")),
                showId,
                row.getString("name"),
                ShowStatus.valueOf(row.getString("status")),
                Rows.instant(row, "starts_at"),
                ZoneId.of(row.getString("zone")),
                new TicketVenue(
                        venueId,
                        row.getString("venue"),
                        row.getString("line1"),
                        row.getString("city"),
                        row.getString("country")),
                row.getString("section"),
                printed == null ? "" : printed.row(),
                printed == null ? "" : printed.seat(),
                Rows.money(row, "amount", "currency"),
                TicketStatus.SOLD);
    }
}
