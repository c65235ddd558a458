package ticketing.messages.ticket;

import java.time.Instant;
import java.time.ZoneId;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.venue.VenueId;

/** Asks for a ticket that this person has bought; answered with {@link OwnedTicket} or nothing. */
public record TicketOfBuyer(TicketId ticketId, UserId buyerId) {

    /** A sold ticket, with what is printed on it. */
    public record OwnedTicket(
            TicketId ticketId,
            BookingId bookingId,
            ShowId eventId,
            String eventName,
            ShowStatus eventStatus,
            Instant startsAt,
            ZoneId zone,
            TicketVenue venue,
            String section,
            String row,
            String seat,
            Money price,
            TicketStatus status) {}

    /** Where to go. */
    public record TicketVenue(VenueId venueId, String name, String line1, String city, String country) {}
}
