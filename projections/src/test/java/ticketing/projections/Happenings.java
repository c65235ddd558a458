package ticketing.projections;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.booking.BookingEvent.BookingReserved;
import ticketing.messages.booking.BookingId;
import ticketing.messages.performer.PerformerDetails;
import ticketing.messages.performer.PerformerEvent.PerformerAdded;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowEvent.ShowDrafted;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowType;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueDetails;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueEvent.SeatMapDrawn;
import ticketing.messages.venue.VenueEvent.VenueOpened;
import ticketing.messages.venue.VenueId;

/** Events as the command side would publish them. */
public final class Happenings {

    public static final UserId ORGANIZER = new UserId("organizer");
    public static final UserId ALICE = new UserId("alice");
    public static final Instant TONIGHT = ReadModels.NOW.plus(Duration.ofHours(8));

    private Happenings() {}

    public static Money euros(String amount) {
        return new Money(new BigDecimal(amount), "EUR");
    }

    /** A venue with this map, version 1. */
    public static List<Event> venue(String id, String name, String city, double lat, double lon, SeatMap map) {
        VenueId venueId = new VenueId(id);
        VenueDetails details = new VenueDetails(
                name, new Address("1 Main Street", city, "DE"), new GeoPoint(lat, lon), ZoneId.of("Europe/Berlin"));
        return List.of(new VenueOpened(venueId, ORGANIZER, details), new SeatMapDrawn(venueId, 1, map));
    }

    public static Event performer(String id, String name) {
        return new PerformerAdded(new PerformerId(id), ORGANIZER, new PerformerDetails(name, "Plays.", "Pop", null));
    }

    public static ShowDetails details(String name, ShowType type, Instant startsAt, String... performers) {
        List<PerformerId> ids = new ArrayList<>();
        for (String performer : performers) {
            ids.add(new PerformerId(performer));
        }
        return new ShowDetails(name, "An evening.", type, ids, startsAt, null, null, 600, 8, List.of());
    }

    public static Event drafted(String id, String venue, ShowDetails details, Map<String, Money> prices) {
        return new ShowDrafted(new ShowId(id), ORGANIZER, new VenueId(venue), details, prices);
    }

    /** Publication with the first version of the map. */
    public static Event published(String id, String venue, SeatMap map, Map<String, Money> prices) {
        List<PricedSection> sections = new ArrayList<>();
        int seat = 0;
        for (SeatMap.Section section : map.sections()) {
            sections.add(new PricedSection(section.name(), seat, section.seatCount(), prices.get(section.name())));
            seat += section.seatCount();
        }
        return new ShowPublished(new ShowId(id), new VenueId(venue), 1, sections, ReadModels.NOW);
    }

    public static TicketId ticket(String show, int seat) {
        return TicketId.of(new ShowId(show), seat);
    }

    public static BookingId booking(String show, String rest) {
        return BookingId.of(new ShowId(show), rest);
    }

    public static TicketReserved reserved(String show, int seat, @Nullable String booking) {
        return new TicketReserved(
                ticket(show, seat),
                booking(show, booking == null ? "x" : booking),
                euros("50"),
                ReadModels.NOW.plusSeconds(600));
    }

    /** A booking of these seats of the section Stalls, each at 50 euros, and its tickets. */
    public static List<Event> reservation(String show, String booking, UserId buyer, int... seats) {
        List<Event> events = new ArrayList<>();
        List<BookedTicket> tickets = new ArrayList<>();
        Money total = euros("0");
        for (int seat : seats) {
            tickets.add(new BookedTicket(ticket(show, seat), "Stalls", euros("50")));
            total = total.plus(euros("50"));
            events.add(reserved(show, seat, booking));
        }
        events.add(new BookingReserved(
                booking(show, booking), buyer, tickets, total, ReadModels.NOW, ReadModels.NOW.plusSeconds(600)));
        return events;
    }
}
