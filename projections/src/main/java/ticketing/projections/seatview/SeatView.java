package ticketing.projections.seatview;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.ResetHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventhandling.TrackingToken;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import ticketing.messages.Event;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;
import ticketing.messages.ticket.TicketId;
import ticketing.projections.EventBatch;
import ticketing.projections.replay.Replayable;
import ticketing.projections.replay.Tables;

/**
 * Which seats are taken. Publishing costs one row for each section, whatever the size of the venue; a seat gets its row when somebody first wants it.
 */
@Component
@ProcessingGroup(SeatView.GROUP)
public class SeatView implements Replayable {

    public static final String GROUP = "seat-view";

    private static final short AVAILABLE = 0;
    private static final short HELD = 1;
    private static final short SOLD = 2;

    private final Tables present;

    SeatView(JdbcTemplate jdbc) {
        this.present = Tables.present(jdbc);
    }

    @Override
    public String group() {
        return GROUP;
    }

    @Override
    public List<String> tables() {
        return List.of("seat", "section");
    }

    @Override
    public List<Class<? extends Event>> concerns() {
        return List.of(TicketEvent.class, ShowEvent.class);
    }

    @Override
    public Changes changes() {
        return new Batch();
    }

    /** Changes no seat. Handled so that the token moves with a booking's last event: whoever waits for that booking is woken by its commit. */
    @EventHandler
    void on(BookingEvent event) {
        // The tickets' own events have said it all.
    }

    @EventHandler
    void on(ShowPublished event, TrackingToken token, @Timestamp Instant at) {
        batch().add(event, EventBatch.positionOf(token), at);
    }

    @EventHandler
    void on(TicketEvent event, TrackingToken token, @Timestamp Instant at) {
        batch().add(event, EventBatch.positionOf(token), at);
    }

    @ResetHandler
    void reset() {
        present.sql("TRUNCATE view.seat, view.section").update();
    }

    private static short statusAfter(TicketEvent event) {
        return switch (event) {
            case TicketReserved reserved -> HELD;
            case TicketRetimed extended -> HELD;
            case TicketConfirmed confirmed -> SOLD;
            case TicketReleased released -> AVAILABLE;
            case TicketExpired expired -> AVAILABLE;
            case TicketRefunded refunded -> AVAILABLE;
        };
    }

    private Batch batch() {
        return EventBatch.gather(GROUP, Batch::new, batch -> batch.write(present));
    }

    private static void writeSections(Tables tables, List<PublishedSection> sections) {
        int n = sections.size();
        String[] shows = new String[n];
        String[] names = new String[n];
        int[] ordinals = new int[n];
        int[] firstSeats = new int[n];
        int[] seats = new int[n];
        @Nullable String[] amounts = new @Nullable String[n];
        @Nullable String[] currencies = new @Nullable String[n];
        long[] positions = new long[n];
        for (int i = 0; i < n; i++) {
            PublishedSection published = sections.get(i);
            PricedSection section = published.section;
            shows[i] = published.showId.value();
            names[i] = section.name();
            ordinals[i] = published.ordinal;
            firstSeats[i] = section.firstSeat();
            seats[i] = section.seats();
            amounts[i] =
                    section.price() == null ? null : section.price().amount().toPlainString();
            currencies[i] = section.price() == null ? null : section.price().currency();
            positions[i] = published.position;
        }
        tables.sql("""
                INSERT INTO view.section AS v (show_id, section, ordinal, first_seat, seats, amount, currency, position)
                SELECT show_id, section, ordinal, first_seat, seats, amount::numeric, currency, position
                FROM unnest(?::text[], ?::text[], ?::int[], ?::int[], ?::int[], ?::text[], ?::text[], ?::bigint[])
                     AS s (show_id, section, ordinal, first_seat, seats, amount, currency, position)
                ON CONFLICT (show_id, first_seat) DO UPDATE SET position = excluded.position WHERE v.position < excluded.position
                """)
                .param(shows)
                .param(names)
                .param(ordinals)
                .param(firstSeats)
                .param(seats)
                .param(amounts)
                .param(currencies)
                .param(positions)
                .update();
    }

    /**
     * Counts are moved by the difference between a seat's row before and after, which is nothing for an event that was handled before: so they can
     * never drift from the rows.
     */
    private static void writeSeats(Tables tables, Map<TicketId, LastStatus> changes) {
        int n = changes.size();
        String[] shows = new String[n];
        int[] seats = new int[n];
        short[] statuses = new short[n];
        @Nullable String[] bookings = new @Nullable String[n];
        long[] positions = new long[n];
        int i = 0;
        for (Map.Entry<TicketId, LastStatus> entry : changes.entrySet()) {
            TicketId ticket = entry.getKey();
            LastStatus change = entry.getValue();
            shows[i] = ticket.showId().value();
            seats[i] = ticket.seat();
            statuses[i] = change.status;
            bookings[i] = change.booking == null ? null : change.booking.value();
            positions[i] = change.position;
            i++;
        }
        tables.sql("""
                WITH changed AS (
                    INSERT INTO view.seat AS s (show_id, seat, status, booking_id, position)
                    SELECT * FROM unnest(?::text[], ?::int[], ?::smallint[], ?::text[], ?::bigint[])
                    ON CONFLICT (show_id, seat) DO UPDATE
                        SET status = excluded.status, booking_id = excluded.booking_id, position = excluded.position
                        WHERE s.position < excluded.position
                    RETURNING new.show_id, new.seat, coalesce(old.status, 0) AS was, new.status AS becomes, new.position
                ), moved AS (
                    SELECT x.show_id, x.first_seat, max(c.position) AS position,
                           sum((c.becomes = 1)::int - (c.was = 1)::int) AS held,
                           sum((c.becomes = 2)::int - (c.was = 2)::int) AS sold
                    FROM changed c
                    CROSS JOIN LATERAL (
                        SELECT show_id, first_seat FROM view.section
                        WHERE show_id = c.show_id AND first_seat <= c.seat
                        ORDER BY first_seat DESC LIMIT 1) x
                    GROUP BY x.show_id, x.first_seat
                )
                UPDATE view.section s
                SET held = s.held + m.held, sold = s.sold + m.sold, position = greatest(s.position, m.position)
                FROM moved m
                WHERE s.show_id = m.show_id AND s.first_seat = m.first_seat
                """)
                .param(shows)
                .param(seats)
                .param(statuses)
                .param(bookings)
                .param(positions)
                .update();
    }

    private static final class Batch implements Changes {
        private final List<PublishedSection> sections = new ArrayList<>();
        private final Map<TicketId, LastStatus> seats = new LinkedHashMap<>();

        @Override
        public void add(Event event, long position, Instant at) {
            if (event instanceof ShowPublished published) {
                for (int ordinal = 0; ordinal < published.sections().size(); ordinal++) {
                    sections.add(new PublishedSection(
                            published.showId(), ordinal, published.sections().get(ordinal), position));
                }
            } else if (event instanceof TicketEvent ticket) {
                short status = statusAfter(ticket);
                BookingId booking = status == AVAILABLE ? null : ticket.bookingId();
                // The last change of a seat within the batch is the only one that anybody will see.
                seats.put(ticket.ticketId(), new LastStatus(status, booking, position));
            }
        }

        @Override
        public void write(Tables tables) {
            if (!sections.isEmpty()) {
                writeSections(tables, sections);
            }
            if (!seats.isEmpty()) {
                writeSeats(tables, seats);
            }
        }
    }

    private record PublishedSection(ShowId showId, int ordinal, PricedSection section, long position) {}

    private record LastStatus(short status, @Nullable BookingId booking, long position) {}
}
