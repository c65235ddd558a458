package ticketing.api.openapi;

import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.jackson.TypeNameResolver;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import ticketing.messages.booking.BookingOf;
import ticketing.messages.booking.BookingsOf;
import ticketing.messages.search.SearchShows;
import ticketing.messages.search.Suggestions;
import ticketing.messages.show.SeatLayoutOf;
import ticketing.messages.show.ShowOf;
import ticketing.messages.ticket.TicketsOf;
import ticketing.messages.ticket.TicketsOfBuyer;
import ticketing.messages.venue.SeatMap;

/**
 * What types are called in the document. In the code a name such as Page or Ticket is read together with the question it answers; in the document all
 * names are beside one another, and two types under one name would make one of them a lie.
 */
final class SchemaNames extends TypeNameResolver {

    private static final Map<Class<?>, String> NAMES = Map.ofEntries(
            Map.entry(BookingOf.Ticket.class, "BookedTicket"),
            Map.entry(BookingsOf.Page.class, "BookingPage"),
            Map.entry(TicketsOfBuyer.Page.class, "TicketPage"),
            Map.entry(TicketsOf.Tickets.class, "EventTickets"),
            Map.entry(TicketsOf.Ticket.class, "EventTicket"),
            Map.entry(ShowOf.Show.class, "Event"),
            Map.entry(ShowOf.ShowVenue.class, "EventVenue"),
            Map.entry(ShowOf.Section.class, "EventSection"),
            Map.entry(ShowOf.Availability.class, "TicketCounts"),
            Map.entry(SeatLayoutOf.Layout.class, "SeatLayout"),
            Map.entry(SeatLayoutOf.Section.class, "SeatLayoutSection"),
            Map.entry(SeatLayoutOf.Row.class, "SeatLayoutRow"),
            Map.entry(SeatLayoutOf.Seat.class, "SeatLayoutSeat"),
            Map.entry(SeatMap.Section.class, "SeatMapSection"),
            Map.entry(SeatMap.Row.class, "SeatMapRow"),
            Map.entry(SearchShows.Hits.class, "SearchPage"),
            Map.entry(SearchShows.Hit.class, "SearchHit"),
            Map.entry(SearchShows.HitVenue.class, "SearchVenue"),
            Map.entry(Suggestions.Found.class, "Suggestions"));

    /** The edge's own types are not visible from here. */
    private static final Map<String, String> NAMES_BY_SIMPLE_NAME =
            Map.of("ShowRequest", "EventRequest", "TokenAnswer", "Tokens");

    private final Map<String, Class<?>> given = new ConcurrentHashMap<>();

    /** The type that has this name in the document, if it is one of ours. */
    @Nullable
    Class<?> typeOf(String schema) {
        return given.get(schema);
    }

    @Override
    protected String nameForClass(JavaType type, Set<Options> options) {
        return ours(type.getRawClass(), super.nameForClass(type, options));
    }

    @Override
    protected String nameForClass(Class<?> type, Set<Options> options) {
        return ours(type, super.nameForClass(type, options));
    }

    private String ours(Class<?> type, String usual) {
        if (!type.getName().startsWith("ticketing.")) {
            return usual;
        }
        String name =
                NAMES.getOrDefault(type, NAMES_BY_SIMPLE_NAME.getOrDefault(type.getSimpleName(), type.getSimpleName()));
        Class<?> other = given.putIfAbsent(name, type);
        if (other != null && other != type) {
            throw new IllegalStateException(
                    type.getName() + " and " + other.getName() + " need different names in the document");
        }
        return name;
    }
}
