package ticketing.projections.history;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.ResetHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventhandling.TrackingToken;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import ticketing.messages.Event;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.ticket.TicketEvent;
import ticketing.projections.EventBatch;
import ticketing.projections.replay.Replayable;
import ticketing.projections.replay.Tables;

/**
 * Keeps what happened to each show, in order, and every so often what all of its seats were. A row for each event would be as much work for the database as the seats
 * themselves, while they are being sold; so the entries of 128 neighbouring events share one.
 */
@Component
@ProcessingGroup(History.GROUP)
public class History implements Replayable {

    public static final String GROUP = "history";

    /** A keyframe after each so many entries of a show. */
    static final int KEYFRAME = 4_096;

    private final Tables present;

    History(JdbcTemplate jdbc) {
        this.present = Tables.present(jdbc);
    }

    @Override
    public String group() {
        return GROUP;
    }

    @Override
    public List<String> tables() {
        return List.of("history", "history_show", "history_keyframe");
    }

    @Override
    public List<Class<? extends Event>> concerns() {
        return List.of(ShowEvent.class, TicketEvent.class, BookingEvent.class);
    }

    @Override
    public Changes changes() {
        return new Batch();
    }

    /** Whole rows are forgotten: whoever reads a row's entries again needs all of them. */
    @Override
    public long rewind(Tables tables, long from) {
        long begin = Math.max(1, Entry.windowOf(from));
        tables.sql("DELETE FROM view.history WHERE window_start >= ?")
                .param(Entry.windowOf(from))
                .update();
        tables.sql("DELETE FROM view.history_keyframe WHERE position >= ?")
                .param(begin)
                .update();
        tables.sql("""
                UPDATE view.history_show s
                SET entries = (SELECT coalesce(sum(length(h.entries)), 0) / 14 FROM view.history h WHERE h.show_id = s.show_id)
                WHERE s.position >= ?
                """).param(begin).update();
        return begin;
    }

    @EventHandler
    void on(ShowEvent event, TrackingToken token, @Timestamp Instant at) {
        batch().add(event, EventBatch.positionOf(token), at);
    }

    @EventHandler
    void on(TicketEvent event, TrackingToken token, @Timestamp Instant at) {
        batch().add(event, EventBatch.positionOf(token), at);
    }

    @EventHandler
    void on(BookingEvent event, TrackingToken token, @Timestamp Instant at) {
        batch().add(event, EventBatch.positionOf(token), at);
    }

    @ResetHandler
    void reset() {
        present.sql("TRUNCATE view.history, view.history_show, view.history_keyframe")
                .update();
    }

    private Batch batch() {
        return EventBatch.gather(GROUP, Batch::new, batch -> batch.write(present));
    }

    private record Window(String show, long start) {}

    private record Seen(long entries, long position) {}

    private static final class Batch implements Changes {

        private final Map<String, List<Entry>> shows = new LinkedHashMap<>();

        @Override
        public void add(Event event, long position, Instant at) {
            String show = switch (event) {
                case ShowEvent of -> of.showId().value();
                case TicketEvent of -> of.ticketId().showId().value();
                case BookingEvent of -> of.bookingId().showId().value();
                default -> throw new IllegalArgumentException("not of a show: " + event);
            };
            int seat = event instanceof TicketEvent ticket ? ticket.ticketId().seat() : Entry.NO_SEAT;
            shows.computeIfAbsent(show, _ -> new ArrayList<>())
                    .add(new Entry(position, Happening.of(event), seat, Entry.micros(at)));
        }

        @Override
        public void write(Tables tables) {
            if (shows.isEmpty()) {
                return;
            }
            Map<String, Seen> seen = seen(tables);
            Map<String, Seen> becomes = new TreeMap<>();
            Map<Window, List<Entry>> windows = new LinkedHashMap<>();
            List<String> crossing = new ArrayList<>();
            shows.forEach((show, entries) -> {
                Seen before = seen.getOrDefault(show, new Seen(0, 0));
                long count = before.entries;
                for (Entry entry : entries) {
                    if (entry.position() > before.position) {
                        windows.computeIfAbsent(
                                        new Window(show, Entry.windowOf(entry.position())), _ -> new ArrayList<>())
                                .add(entry);
                        count++;
                    }
                }
                if (count > before.entries) {
                    becomes.put(show, new Seen(count, entries.getLast().position()));
                    if (count / KEYFRAME > before.entries / KEYFRAME) {
                        crossing.add(show);
                    }
                }
            });
            if (becomes.isEmpty()) {
                return;
            }
            writeWindows(tables, windows);
            writeShows(tables, becomes);
            crossing.forEach(show -> writeKeyframes(tables, show));
        }

        private Map<String, Seen> seen(Tables tables) {
            Map<String, Seen> seen = new HashMap<>();
            tables.sql("SELECT show_id, entries, position FROM view.history_show WHERE show_id = ANY (?::text[])")
                    .param(shows.keySet().toArray(String[]::new))
                    .query(row -> {
                        seen.put(row.getString(1), new Seen(row.getLong(2), row.getLong(3)));
                    });
            return seen;
        }

        private static void writeWindows(Tables tables, Map<Window, List<Entry>> windows) {
            int n = windows.size();
            String[] ids = new String[n];
            long[] starts = new long[n];
            byte[][] bytes = new byte[n][];
            int i = 0;
            for (Map.Entry<Window, List<Entry>> window : windows.entrySet()) {
                ids[i] = window.getKey().show;
                starts[i] = window.getKey().start;
                ByteBuffer buffer = ByteBuffer.allocate(window.getValue().size() * Entry.SIZE);
                window.getValue().forEach(entry -> entry.write(buffer));
                bytes[i] = buffer.array();
                i++;
            }
            tables.sql("""
                    INSERT INTO view.history AS h (show_id, window_start, entries)
                    SELECT * FROM unnest(?::text[], ?::bigint[], ?::bytea[])
                    ON CONFLICT (show_id, window_start) DO UPDATE SET entries = h.entries || excluded.entries
                    """).param(ids).param(starts).param(bytes).update();
        }

        private static void writeShows(Tables tables, Map<String, Seen> shows) {
            tables.sql("""
                    INSERT INTO view.history_show (show_id, entries, position)
                    SELECT * FROM unnest(?::text[], ?::bigint[], ?::bigint[])
                    ON CONFLICT (show_id) DO UPDATE SET entries = excluded.entries, position = excluded.position
                    """)
                    .param(shows.keySet().toArray(String[]::new))
                    .param(shows.values().stream().mapToLong(Seen::entries).toArray())
                    .param(shows.values().stream().mapToLong(Seen::position).toArray())
                    .update();
        }

        private static void writeKeyframes(Tables tables, String show) {
            Moment moment = ShowHistory.lastKeyframe(tables, show);
            ShowHistory.read(tables, show, moment.position(), entry -> {
                moment.add(entry);
                if (moment.entries() % KEYFRAME == 0) {
                    tables.sql("""
                            INSERT INTO view.history_keyframe (show_id, position, entries, latest, seq, phase, statuses)
                            VALUES (?, ?, ?, ?, ?, ?, ?)
                            """)
                            .param(show)
                            .param(moment.position())
                            .param(moment.entries())
                            .param(moment.latest())
                            .param(moment.seq())
                            .param(moment.phase())
                            .param(moment.statuses())
                            .update();
                }
                return true;
            });
        }
    }
}
