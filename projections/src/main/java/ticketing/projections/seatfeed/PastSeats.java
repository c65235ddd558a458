package ticketing.projections.seatfeed;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.StoredAs;
import ticketing.messages.UserId;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;
import ticketing.messages.ticket.TicketId;
import ticketing.projections.ProjectionProgress;
import ticketing.projections.history.ShowHistory;
import ticketing.projections.history.ShowHistory.SeatsThen;

/**
 * Seat maps of the past, from the history; and where that has not come so far, straight from the event store: the last event of each ticket up to a moment says what
 * its seat was then. Only the layout of the sections, which never changes once a show is published, comes from the seat view.
 */
@Component
public final class PastSeats {

    private static final String HISTORY = "history";

    /** What happened a moment ago may still be on its way into the history. */
    private static final Duration HISTORY_WITHIN = Duration.ofMillis(500);

    private static final String HEAD = "SELECT position FROM store.event_head";

    private static final String OF_SHOW = """
            SELECT position FROM store.domain_event
            WHERE aggregate_identifier = :show AND payload_type = :type AND time_stamp <= :at
            ORDER BY position LIMIT 1""";

    // Everything of one show is one key range: a hyphen follows its identifier, and the full stop follows the hyphen.
    private static final String LAST_OF_TICKETS = """
            SELECT DISTINCT ON (aggregate_identifier) aggregate_identifier, payload_type, position
            FROM store.domain_event
            WHERE aggregate_identifier >= :from AND aggregate_identifier < :until
              AND payload_type IN (:types) AND time_stamp <= :at
            ORDER BY aggregate_identifier, sequence_number DESC""";

    private static final Map<String, SeatStatus> STATUS_AFTER = Map.of(
            storedAs(TicketReserved.class), SeatStatus.HELD,
            storedAs(TicketRetimed.class), SeatStatus.HELD,
            storedAs(TicketConfirmed.class), SeatStatus.SOLD,
            storedAs(TicketReleased.class), SeatStatus.AVAILABLE,
            storedAs(TicketExpired.class), SeatStatus.AVAILABLE,
            storedAs(TicketRefunded.class), SeatStatus.AVAILABLE);

    private record Last(TicketId ticketId, SeatStatus status, long position) {}

    private final JdbcClient jdbc;
    private final ShowHistory history;
    private final SeatViewReader view;
    private final ProjectionProgress progress;
    private final Clock clock;

    @Autowired
    PastSeats(JdbcTemplate jdbc, SeatViewReader view, ProjectionProgress progress) {
        this(jdbc, view, progress, Clock.systemUTC());
    }

    PastSeats(JdbcTemplate jdbc, SeatViewReader view, ProjectionProgress progress, Clock clock) {
        this.jdbc = JdbcClient.create(jdbc);
        this.history = new ShowHistory(jdbc);
        this.view = view;
        this.progress = progress;
        this.clock = clock;
    }

    /**
     * The show's seats as they were at this moment.
     *
     * @param organizer whose show it has to be; null: anybody's
     * @throws Rejected {@link Rejection.ShowNotFound} if there is no such show or it is somebody else's, {@link Rejection.ShowNotPublishedThen} if it was
     *     not published then, {@link Rejection.Invalid} if the moment is yet to come
     */
    public Availability at(ShowId showId, Instant moment, @Nullable UserId organizer) {
        if (moment.isAfter(clock.instant())) {
            throw new Rejected(new Rejection.Invalid("at", "lies in the future"));
        }
        if (organizer != null && !isOf(organizer, showId)) {
            throw new Rejected(new Rejection.ShowNotFound(showId));
        }
        // Nothing happened before 1970, and not every instant before it is one to the database.
        Instant then = moment.isBefore(Instant.EPOCH) ? Instant.EPOCH : moment;
        SeatsThen known = fromHistory(showId, then);
        return known == null ? fromStore(showId, Timestamp.from(then)) : fromHistory(showId, known);
    }

    /** @return null while the history has not seen everything, because it is being filled, for example */
    private @Nullable SeatsThen fromHistory(ShowId showId, Instant then) {
        long head = jdbc.sql(HEAD).query(Long.class).single();
        return progress.await(HISTORY, head, HISTORY_WITHIN)
                ? history.at(showId, then).orElse(null)
                : null;
    }

    private Availability fromHistory(ShowId showId, SeatsThen then) {
        if (!then.published()) {
            throw new Rejected(new Rejection.ShowNotPublishedThen(
                    showId, history.published(showId).orElse(null)));
        }
        SeatRows layout = view.readLayout(showId).orElse(null);
        if (layout == null) {
            throw new Rejected(new Rejection.ShowNotFound(showId));
        }
        SeatCodes seats = SeatBoard.emptySeats(layout.sections());
        if (then.cancelled()) {
            seats.fill(SeatStatus.NOT_FOR_SALE);
        } else {
            byte[] statuses = then.statuses();
            for (int i = 0; i < statuses.length; i++) {
                for (int j = 0; statuses[i] != 0 && j < 4; j++) {
                    int status = (statuses[i] >> (j << 1)) & 3;
                    int seat = (i << 2) + j;
                    if (status != 0 && seats.contains(seat) && seats.get(seat) != SeatStatus.NOT_FOR_SALE) {
                        seats.set(seat, SeatStatus.of(status));
                    }
                }
            }
        }
        return new Availability(then.seq(), view.epoch(), seats.seatCount(), seats.base64());
    }

    private Availability fromStore(ShowId showId, Timestamp at) {
        long published = ofShow(showId, ShowPublished.class, at);
        if (published == 0) {
            throw new Rejected(notYet(showId));
        }
        SeatRows layout = view.readLayout(showId).orElse(null);
        if (layout == null) {
            throw new Rejected(new Rejection.ShowNotFound(showId));
        }
        SeatCodes seats = SeatBoard.emptySeats(layout.sections());
        long seq = published;
        long cancelled = ofShow(showId, ShowCancelled.class, at);
        if (cancelled > 0) {
            seats.fill(SeatStatus.NOT_FOR_SALE);
            seq = cancelled;
        } else {
            for (Last last : lastOfTickets(showId, at)) {
                int seat = last.ticketId().seat();
                if (seats.contains(seat) && seats.get(seat) != SeatStatus.NOT_FOR_SALE) {
                    seats.set(seat, last.status());
                    seq = Math.max(seq, last.position());
                }
            }
        }
        return new Availability(seq, view.epoch(), seats.seatCount(), seats.base64());
    }

    private Rejection notYet(ShowId showId) {
        Map<String, Instant> moments = new HashMap<>();
        jdbc.sql(
                        "SELECT payload_type, time_stamp FROM store.domain_event WHERE aggregate_identifier = :show AND payload_type LIKE 'show.%'")
                .param("show", showId.value())
                .query(row -> {
                    moments.put(row.getString(1), row.getTimestamp(2).toInstant());
                });
        return moments.isEmpty()
                ? new Rejection.ShowNotFound(showId)
                : new Rejection.ShowNotPublishedThen(showId, moments.get(storedAs(ShowPublished.class)));
    }

    private boolean isOf(UserId organizer, ShowId showId) {
        return jdbc.sql("SELECT count(*) FROM view.show WHERE show_id = :show AND organizer_id = :organizer")
                        .param("show", showId.value())
                        .param("organizer", organizer.value())
                        .query(Long.class)
                        .single()
                > 0;
    }

    private long ofShow(ShowId showId, Class<?> event, Timestamp at) {
        return jdbc.sql(OF_SHOW)
                .param("show", showId.value())
                .param("type", storedAs(event))
                .param("at", at)
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    private List<Last> lastOfTickets(ShowId showId, Timestamp at) {
        return jdbc.sql(LAST_OF_TICKETS)
                .param("from", showId.value() + '-')
                .param("until", showId.value() + '.')
                .param("types", STATUS_AFTER.keySet())
                .param("at", at)
                .query((row, _) ->
                        new Last(new TicketId(row.getString(1)), statusAfter(row.getString(2)), row.getLong(3)))
                .list();
    }

    private static SeatStatus statusAfter(String type) {
        return Objects.requireNonNull(STATUS_AFTER.get(type), "an event that was not asked for");
    }

    private static String storedAs(Class<?> event) {
        return event.getAnnotation(StoredAs.class).value();
    }
}
