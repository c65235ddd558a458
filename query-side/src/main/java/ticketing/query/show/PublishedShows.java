package ticketing.query.show;

import com.fasterxml.jackson.core.type.TypeReference;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowId;
import ticketing.messages.venue.VenueId;
import ticketing.query.Rows;
import ticketing.query.venue.SeatLayout;
import ticketing.query.venue.SeatLayouts;

/** What publication has fixed for ever about shows: seats, sections and prices. It stays known of cancelled ones. */
@Component
public class PublishedShows {

    private static final int MOST_SHOWS = 10_000;
    private static final TypeReference<List<PricedSection>> SECTIONS = new TypeReference<>() {};

    private record Published(VenueId venueId, int seatMapVersion, List<PricedSection> sections) {}

    /** @param sections all of them in the order of their seats; those without a price are not for sale */
    public record PublishedShow(
            ShowId showId, VenueId venueId, int seatMapVersion, List<PricedSection> sections, SeatLayout layout) {}

    private final JdbcClient jdbc;
    private final SeatLayouts layouts;
    private final Cache<ShowId, Published> known =
            Caffeine.newBuilder().maximumSize(MOST_SHOWS).build();

    PublishedShows(JdbcClient jdbc, SeatLayouts layouts) {
        this.jdbc = jdbc;
        this.layouts = layouts;
    }

    /** The show, if it was ever published. */
    public @Nullable PublishedShow find(ShowId showId) {
        Published show = known.get(showId, this::read);
        if (show == null) {
            return null;
        }
        SeatLayout layout = layouts.of(show.venueId, show.seatMapVersion);
        return new PublishedShow(showId, show.venueId, show.seatMapVersion, show.sections, layout);
    }

    private @Nullable Published read(ShowId showId) {
        return jdbc.sql(
                        "SELECT venue_id, seat_map_version, sections FROM view.show WHERE show_id = ? AND sections IS NOT NULL")
                .param(showId.value())
                .query((row, n) -> new Published(
                        new VenueId(row.getString("venue_id")),
                        row.getInt("seat_map_version"),
                        List.copyOf(Rows.json(row, "sections", SECTIONS))))
                .optional()
                .orElse(null);
    }
}
