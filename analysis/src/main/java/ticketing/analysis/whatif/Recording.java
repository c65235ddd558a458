package ticketing.analysis.whatif;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.serialization.SimpleSerializedType;
import ticketing.command.eventstore.EventSerializer;
import ticketing.messages.Event;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowId;

/**
 * Everything that happened to one show, its bookings and its tickets, in the order in which it happened. All in memory: a few hundred bytes an event.
 *
 * @param events in the order of their positions
 */
public record Recording(ShowId showId, List<Recorded> events) {

    /** More events than any show of a hundred thousand seats has; for more there is no room. */
    private static final int MOST = 5_000_000;

    private static final int PAGE = 10_000;

    // Everything of one show is one key range: a hyphen follows its identifier, and the full stop follows the hyphen.
    private static final String EVENTS = """
            SELECT position, time_stamp, payload_type, payload_revision, payload FROM store.domain_event
            WHERE (aggregate_identifier = ? OR (aggregate_identifier >= ? || '-' AND aggregate_identifier < ? || '.'))
            ORDER BY position
            """;

    /**
     * An event of the recording.
     *
     * @param at when it was made, to the microsecond
     */
    public record Recorded(long position, Instant at, Event event) {}

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if there is no such show
     */
    public static Recording of(Connection store, ShowId showId) throws SQLException, IOException {
        EventSerializer serializer = EventSerializer.create();
        ObjectMapper json = EventSerializer.mapper();
        List<Recorded> events = new ArrayList<>();
        try (PreparedStatement statement = store.prepareStatement(EVENTS)) {
            statement.setFetchSize(PAGE);
            for (int parameter = 1; parameter <= 3; parameter++) {
                statement.setString(parameter, showId.value());
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (events.size() == MOST) {
                        throw new IllegalArgumentException("This event has more than " + MOST + " stored events.");
                    }
                    Class<?> type =
                            serializer.classForType(new SimpleSerializedType(row.getString(3), row.getString(4)));
                    events.add(new Recorded(row.getLong(1), row.getTimestamp(2).toInstant(), (Event)
                            json.readValue(row.getBytes(5), type)));
                }
            }
        }
        store.rollback();
        if (events.stream().noneMatch(recorded -> recorded.event() instanceof ShowEvent)) {
            throw new IllegalArgumentException("There is no event " + showId + ".");
        }
        return new Recording(showId, List.copyOf(events));
    }
}
