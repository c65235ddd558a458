package ticketing.projections.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import ticketing.messages.show.ShowId;
import ticketing.projections.replay.Tables;

/** Reads the history of shows. */
public final class ShowHistory {

    /** Rows that one query reads: a megabyte at most. */
    private static final int ROWS_AT_ONCE = 500;

    private static final String KEYFRAME =
            "SELECT position, entries, latest, seq, phase, statuses FROM view.history_keyframe WHERE show_id = ? ";

    private final Tables tables;

    public ShowHistory(JdbcTemplate jdbc) {
        this.tables = Tables.present(jdbc);
    }

    /**
     * A show's seats at a moment: as its last event left them before the first one that was published later. So it is a map that there really was, also where two
     * events were published in another order than they were stored.
     *
     * @param seq the position of the last event that changed the map
     * @param statuses two bits a seat, seat 0 in the low bits of byte 0: 0 available, 1 held, 2 sold; seats beyond it are available
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record SeatsThen(long seq, boolean published, boolean cancelled, byte[] statuses) {}

    /** Empty if the history knows nothing of the show. */
    public Optional<SeatsThen> at(ShowId showId, Instant moment) {
        long until = Entry.micros(moment);
        String show = showId.value();
        boolean[] any = {false};
        Moment seats = tables.sql(KEYFRAME + "AND latest <= ? ORDER BY position DESC LIMIT 1")
                .param(show)
                .param(until)
                .query((row, _) -> moment(row))
                .optional()
                .orElseGet(Moment::new);
        read(tables, show, seats.position(), entry -> {
            any[0] = true;
            if (entry.micros() > until) {
                return false;
            }
            seats.add(entry);
            return true;
        });
        return any[0] || seats.entries() > 0
                ? Optional.of(new SeatsThen(
                        seats.seq(),
                        seats.phase() != Moment.DRAFT,
                        seats.phase() == Moment.CANCELLED,
                        seats.statuses()))
                : Optional.empty();
    }

    /**
     * What happened to the show after a position, in order.
     *
     * @param most so many at most
     */
    public List<Entry> after(ShowId showId, long position, int most, Predicate<Entry> wanted) {
        List<Entry> found = new ArrayList<>();
        read(tables, showId.value(), position, entry -> {
            if (wanted.test(entry)) {
                found.add(entry);
            }
            return found.size() < most;
        });
        return found;
    }

    /** When the show was published; empty if it is a draft. */
    public Optional<Instant> published(ShowId showId) {
        return after(showId, 0, 1, entry -> entry.what() == Happening.SHOW_PUBLISHED).stream()
                .findFirst()
                .map(Entry::at);
    }

    /** The position of the last thing that happened to the show; 0 if the history knows nothing of it. */
    public long last(ShowId showId) {
        return tables.sql("SELECT position FROM view.history_show WHERE show_id = ?")
                .param(showId.value())
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    static Moment lastKeyframe(Tables tables, String show) {
        return tables.sql(KEYFRAME + "ORDER BY position DESC LIMIT 1")
                .param(show)
                .query((row, _) -> moment(row))
                .optional()
                .orElseGet(Moment::new);
    }

    private static Moment moment(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Moment(
                row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getShort(5), row.getBytes(6));
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(long start, byte[] entries) {}

    /** Gives the entries after this position as long as they are wanted. */
    static void read(Tables tables, String show, long position, Predicate<Entry> wanted) {
        long from = Entry.windowOf(position + 1);
        @Nullable Row last;
        do {
            List<Row> rows = tables.sql("""
                    SELECT window_start, entries FROM view.history WHERE show_id = ? AND window_start >= ?
                    ORDER BY window_start LIMIT ?
                    """)
                    .param(show)
                    .param(from)
                    .param(ROWS_AT_ONCE)
                    .query((row, _) -> new Row(row.getLong(1), row.getBytes(2)))
                    .list();
            for (Row row : rows) {
                if (!Entry.read(row.start, row.entries, entry -> entry.position() <= position || wanted.test(entry))) {
                    return;
                }
            }
            last = rows.size() < ROWS_AT_ONCE ? null : rows.getLast();
            from = last == null ? from : last.start + 1;
        } while (last != null);
    }
}
