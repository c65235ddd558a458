package ticketing.query.venue;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueId;
import ticketing.query.Rows;

/** The drawn seat maps. A version never changes, so the ones in use are kept. */
@Component
public class SeatLayouts {

    /** How many places are kept drawn, at some tens of bytes each; a layout has up to 200,000. */
    private static final long MOST_SEATS = 2_000_000;

    private record Version(VenueId venue, int number) {}

    private final JdbcClient jdbc;
    private final Cache<Version, SeatLayout> drawn = Caffeine.newBuilder()
            .maximumWeight(MOST_SEATS)
            .weigher((Version version, SeatLayout layout) -> layout.seatCount())
            .build();

    SeatLayouts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** This version of the venue's seat map; nothing if there is none. */
    public @Nullable SeatLayout find(VenueId venue, int version) {
        // Drawn by the first who asks; whoever asks meanwhile waits for it, instead of drawing the same stadium beside
        // them.
        return drawn.get(new Version(venue, version), this::draw);
    }

    /** @throws IllegalStateException if there is no such version, although something refers to it */
    public SeatLayout of(VenueId venue, int version) {
        SeatLayout layout = find(venue, version);
        if (layout == null) {
            throw new IllegalStateException("venue " + venue + " has no seat map " + version);
        }
        return layout;
    }

    private @Nullable SeatLayout draw(Version version) {
        return jdbc.sql("SELECT seat_map FROM view.seat_map WHERE venue_id = ? AND version = ?")
                .params(version.venue.value(), version.number)
                .query((row, n) -> SeatLayout.of(Rows.json(row, "seat_map", SeatMap.class)))
                .optional()
                .orElse(null);
    }
}
