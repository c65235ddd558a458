package ticketing.messages.ticket;

/** What a buyer can see of a ticket. */
public enum TicketStatus {
    AVAILABLE,
    HELD,
    SOLD
}
