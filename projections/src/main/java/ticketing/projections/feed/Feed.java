package ticketing.projections.feed;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.Event;
import ticketing.messages.StoredAs;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.performer.PerformerEvent;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.venue.VenueEvent;
import ticketing.projections.replay.StoredEvents;
import ticketing.projections.replay.StoredEvents.Piece;
import ticketing.projections.seatfeed.StoreHead;

/** Everything that happened, from any position of the event store on. Positions have no gaps and follow the order of commits, so whoever goes on after one misses nothing. */
@Component
public final class Feed {

    /** Positions that one answer has at most. */
    public static final int MOST = 1_000;

    private static final long MOST_BYTES = 8 << 20;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private static final List<Class<? extends Event>> EVERYTHING =
            List.of(VenueEvent.class, PerformerEvent.class, ShowEvent.class, TicketEvent.class, BookingEvent.class);

    private final StoredEvents events;
    private final StoreHead head;
    private final JdbcClient jdbc;
    private volatile @Nullable String epoch;

    Feed(DataSource database, JdbcClient jdbc, Serializer serializer, EventUpcaster upcasters, StoreHead head) {
        this.events = new StoredEvents(database, serializer, upcasters, EVERYTHING);
        this.head = head;
        this.jdbc = jdbc;
    }

    /**
     * Some events.
     *
     * @param next the position to ask for next
     */
    public record Events(List<FeedEvent> events, long next) {}

    /** Names the event store: under another epoch a position means something else. */
    public String epoch() {
        String known = epoch;
        if (known == null) {
            known = jdbc.sql("SELECT epoch FROM store.event_head")
                    .query(String.class)
                    .single();
            epoch = known;
        }
        return known;
    }

    /** The position of the last event. */
    public long head() {
        return head.position();
    }

    /** Every type that an event can have. */
    public static Set<String> types() {
        Set<String> types = new TreeSet<>();
        for (Class<?> kind : EVERYTHING) {
            for (Class<?> event : kind.getPermittedSubclasses()) {
                types.add(event.getAnnotation(StoredAs.class).value());
            }
        }
        return types;
    }

    /**
     * The events from a position on.
     *
     * @param from at least 1
     * @param most 1 to {@link #MOST}
     */
    public Events from(long from, int most) {
        long upTo = Math.min(head(), from - 1 + Math.min(most, MOST));
        if (upTo < from) {
            return new Events(List.of(), from);
        }
        try {
            Piece piece = events.read(from - 1, upTo, MOST_BYTES);
            return new Events(piece.events().stream().map(FeedEvent::of).toList(), piece.upTo() + 1);
        } catch (SQLException e) {
            throw new IllegalStateException("the event store could not be read", e);
        }
    }

    /**
     * Waits until there is an event at this position.
     *
     * @return whether there is one in time
     */
    public boolean await(long position, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (head() < position) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            Thread.sleep(Duration.ofNanos(Math.min(left, LOOK_AGAIN.toNanos())));
        }
        return true;
    }
}
