package ticketing.messages.ticket;

import java.time.Instant;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.StoredAs;
import ticketing.messages.booking.BookingId;

/** What happened to a ticket. */
public sealed interface TicketEvent extends Event {

    TicketId ticketId();

    /** The booking it happened for. */
    BookingId bookingId();

    /** @param expiresAt the hold's end: from that instant on the ticket is free for others, whatever else has happened by then */
    @StoredAs("ticket.TicketReserved")
    record TicketReserved(TicketId ticketId, BookingId bookingId, Money price, Instant expiresAt) implements TicketEvent {}

    @StoredAs("ticket.TicketRetimed")
    record TicketRetimed(TicketId ticketId, BookingId bookingId, Instant expiresAt) implements TicketEvent {}

    @StoredAs("ticket.TicketConfirmed")
    record TicketConfirmed(TicketId ticketId, BookingId bookingId, Money price) implements TicketEvent {}

    @StoredAs("ticket.TicketReleased")
    record TicketReleased(TicketId ticketId, BookingId bookingId) implements TicketEvent {}

    @StoredAs("ticket.TicketExpired")
    record TicketExpired(TicketId ticketId, BookingId bookingId) implements TicketEvent {}

    @StoredAs("ticket.TicketRefunded")
    record TicketRefunded(TicketId ticketId, BookingId bookingId, Money price) implements TicketEvent {}
}
