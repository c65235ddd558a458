package ticketing.projections.seatfeed;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.show.ShowId;
import ticketing.projections.ProjectionProgress;

/** Reads the tables of the seat view. */
@Component
final class JdbcSeatViewReader implements SeatViewReader {

    private static final String SEAT_VIEW = "seat-view";

    /** Keeps the table that tells whether a show is cancelled. */
    private static final String CATALOGUE = "catalogue";

    private static final String EPOCH = "SELECT epoch FROM store.event_head";

    private static final String SECTIONS = """
            SELECT section, first_seat, seats, amount IS NOT NULL AS for_sale, position
            FROM view.section WHERE show_id = :show ORDER BY ordinal""";

    private static final String CANCELLED =
            "SELECT position FROM view.show WHERE show_id = :show AND status = 'CANCELLED'";

    private static final String SEATS = "SELECT seat, status, position FROM view.seat WHERE show_id = :show";

    private final JdbcClient jdbc;
    private final ProjectionProgress progress;
    private volatile @Nullable String epoch;

    JdbcSeatViewReader(JdbcClient jdbc, ProjectionProgress progress) {
        this.jdbc = jdbc;
        this.progress = progress;
    }

    @Override
    public String epoch() {
        String known = epoch;
        if (known == null) {
            known = jdbc.sql(EPOCH).query(String.class).single();
            epoch = known;
        }
        return known;
    }

    @Override
    public long position() {
        return Math.min(progress.position(SEAT_VIEW), progress.position(CATALOGUE));
    }

    @Override
    public boolean await(long position, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        return progress.await(SEAT_VIEW, position, atMost)
                && progress.await(CATALOGUE, position, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }

    @Override
    public Optional<SeatRows> readLayout(ShowId showId) {
        List<SeatRows.Section> sections = sections(showId);
        return sections.isEmpty() ? Optional.empty() : Optional.of(new SeatRows(sections, null, List.of()));
    }

    @Override
    public Optional<SeatRows> read(ShowId showId) {
        List<SeatRows.Section> sections = sections(showId);
        if (sections.isEmpty()) {
            return Optional.empty();
        }
        Long cancelledAt = jdbc.sql(CANCELLED)
                .param("show", showId.value())
                .query(Long.class)
                .optional()
                .orElse(null);
        List<SeatRows.Seat> seats = jdbc.sql(SEATS)
                .param("show", showId.value())
                .query((row, _) -> new SeatRows.Seat(row.getInt(1), SeatStatus.of(row.getInt(2)), row.getLong(3)))
                .list();
        return Optional.of(new SeatRows(sections, cancelledAt, seats));
    }

    private List<SeatRows.Section> sections(ShowId showId) {
        return jdbc.sql(SECTIONS)
                .param("show", showId.value())
                .query((row, _) -> new SeatRows.Section(
                        row.getString(1), row.getInt(2), row.getInt(3), row.getBoolean(4), row.getLong(5)))
                .list();
    }
}
