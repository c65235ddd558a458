package ticketing.messages.ticket;

import java.time.Instant;
import ticketing.messages.Command;
import ticketing.messages.Money;
import ticketing.messages.booking.BookingId;

/** Orders to a ticket. */
public sealed interface TicketCommand extends Command {

    TicketId ticketId();

    BookingId bookingId();

    @Override
    default TicketId target() {
        return ticketId();
    }

    /** Holds the ticket for a booking until {@code expiresAt}. */
    record ReserveTicket(TicketId ticketId, BookingId bookingId, Money price, Instant expiresAt)
            implements TicketCommand {}

    /** Moves the hold's end: later while a payment is under way, back again when it came to nothing. If that end has passed, the hold is over. */
    record RetimeTicket(TicketId ticketId, BookingId bookingId, Instant expiresAt) implements TicketCommand {}

    /** Sells the held ticket to the booking. */
    record ConfirmTicket(TicketId ticketId, BookingId bookingId) implements TicketCommand {}

    /** Gives the hold back early. */
    record ReleaseTicket(TicketId ticketId, BookingId bookingId) implements TicketCommand {}

    /** Ends a hold whose time is up. */
    record ExpireTicket(TicketId ticketId, BookingId bookingId) implements TicketCommand {}

    /** Takes a sold ticket back against its price. */
    record RefundTicket(TicketId ticketId, BookingId bookingId) implements TicketCommand {}
}
