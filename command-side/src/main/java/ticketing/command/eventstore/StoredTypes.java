package ticketing.command.eventstore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Event;
import ticketing.messages.StoredAs;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.performer.PerformerEvent;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.venue.VenueEvent;

/** Which class a stored name means, and the other way round, for every event there is and whatever else is stored. */
public final class StoredTypes {

    private static final List<Class<? extends Event>> HIERARCHIES =
            List.of(VenueEvent.class, PerformerEvent.class, ShowEvent.class, TicketEvent.class, BookingEvent.class);

    private final Map<String, Class<?>> classes = new HashMap<>();
    private final Map<Class<?>, StoredAs> names = new HashMap<>();

    /**
     * Reads the names off the sealed hierarchies; a missing or doubled name is a fault of the program.
     *
     * @param others classes with a stable name that are no events
     */
    public StoredTypes(List<Class<?>> others) {
        events().forEach(this::add);
        others.forEach(this::add);
    }

    private void add(Class<?> type) {
        StoredAs name = type.getAnnotation(StoredAs.class);
        if (name == null) {
            throw new IllegalStateException(type + " lacks @StoredAs");
        }
        if (classes.put(name.value(), type) != null) {
            throw new IllegalStateException("two classes are stored as " + name.value());
        }
        names.put(type, name);
    }

    /** All event classes. */
    public static List<Class<?>> events() {
        List<Class<?>> events = new ArrayList<>();
        for (Class<?> hierarchy : HIERARCHIES) {
            events.addAll(List.of(hierarchy.getPermittedSubclasses()));
        }
        return events;
    }

    @Nullable
    Class<?> classOf(String storedName) {
        return classes.get(storedName);
    }

    @Nullable
    StoredAs nameOf(Class<?> event) {
        return names.get(event);
    }
}
