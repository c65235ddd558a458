package ticketing.messages.booking;

import ticketing.messages.Money;
import ticketing.messages.ticket.TicketId;

/** A ticket of a booking and what it costs. */
public record BookedTicket(TicketId ticketId, String section, Money price) {}
