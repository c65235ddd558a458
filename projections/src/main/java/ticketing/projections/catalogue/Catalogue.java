package ticketing.projections.catalogue;

import java.util.List;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.ResetHandler;
import org.axonframework.eventhandling.TrackingToken;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.Identifier;
import ticketing.messages.performer.PerformerDetails;
import ticketing.messages.performer.PerformerEvent;
import ticketing.messages.performer.PerformerEvent.PerformerAdded;
import ticketing.messages.performer.PerformerEvent.PerformerRevised;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowEvent.ShowDrafted;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowEvent.ShowRevised;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.venue.VenueDetails;
import ticketing.messages.venue.VenueEvent;
import ticketing.messages.venue.VenueEvent.SeatMapDrawn;
import ticketing.messages.venue.VenueEvent.VenueOpened;
import ticketing.messages.venue.VenueEvent.VenueRevised;
import ticketing.projections.EventBatch;
import ticketing.projections.ReadModelJson;

/** What organizers tell of venues, performers and shows, and the search over it. Rarely written, so its events are written one at a time. */
@Component
@ProcessingGroup(Catalogue.GROUP)
public class Catalogue {

    public static final String GROUP = "catalogue";

    private final JdbcClient jdbc;
    private final SearchRows searchRows;

    Catalogue(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.searchRows = new SearchRows(jdbc);
    }

    @EventHandler
    void on(VenueEvent event, TrackingToken token) {
        long position = EventBatch.positionOf(token);
        switch (event) {
            case VenueOpened opened -> {
                VenueDetails details = opened.details();
                jdbc.sql("""
                        INSERT INTO view.venue (venue_id, organizer_id, name, line1, city, country, lat, lon, zone, position)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT DO NOTHING
                        """)
                        .params(
                                opened.venueId().value(),
                                opened.organizerId().value(),
                                details.name(),
                                details.address().line1(),
                                details.address().city(),
                                details.address().country(),
                                details.location().lat(),
                                details.location().lon(),
                                details.zone().getId(),
                                position)
                        .update();
            }
            case VenueRevised revised -> {
                VenueDetails details = revised.details();
                jdbc.sql("""
                        UPDATE view.venue
                        SET name = ?, line1 = ?, city = ?, country = ?, lat = ?, lon = ?, zone = ?, position = ?
                        WHERE venue_id = ? AND position < ?
                        """)
                        .params(
                                details.name(),
                                details.address().line1(),
                                details.address().city(),
                                details.address().country(),
                                details.location().lat(),
                                details.location().lon(),
                                details.zone().getId(),
                                position,
                                revised.venueId().value(),
                                position)
                        .update();
            }
            case SeatMapDrawn drawn -> drawn(drawn);
        }
        outdated().venues.add(event.venueId());
    }

    private void drawn(SeatMapDrawn event) {
        String venue = event.venueId().value();
        jdbc.sql("""
                INSERT INTO view.seat_map (venue_id, version, seat_map, seat_count) VALUES (?, ?, ?::jsonb, ?)
                ON CONFLICT DO NOTHING
                """)
                .params(
                        venue,
                        event.version(),
                        ReadModelJson.write(event.seatMap()),
                        event.seatMap().seatCount())
                .update();
        jdbc.sql("UPDATE view.venue SET seat_map_version = greatest(seat_map_version, ?) WHERE venue_id = ?")
                .params(event.version(), venue)
                .update();
    }

    @EventHandler
    void on(PerformerEvent event, TrackingToken token) {
        long position = EventBatch.positionOf(token);
        switch (event) {
            case PerformerAdded added -> {
                PerformerDetails details = added.details();
                jdbc.sql("""
                        INSERT INTO view.performer (performer_id, organizer_id, name, description, genre, image_id, position)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT DO NOTHING
                        """)
                        .param(added.performerId().value())
                        .param(added.organizerId().value())
                        .param(details.name())
                        .param(details.description())
                        .param(details.genre())
                        .param(details.imageId())
                        .param(position)
                        .update();
            }
            case PerformerRevised revised -> {
                PerformerDetails details = revised.details();
                jdbc.sql("""
                        UPDATE view.performer SET name = ?, description = ?, genre = ?, image_id = ?, position = ?
                        WHERE performer_id = ? AND position < ?
                        """)
                        .param(details.name())
                        .param(details.description())
                        .param(details.genre())
                        .param(details.imageId())
                        .param(position)
                        .param(revised.performerId().value())
                        .param(position)
                        .update();
            }
        }
        outdated().performers.add(event.performerId());
    }

    @EventHandler
    void on(ShowEvent event, TrackingToken token) {
        long position = EventBatch.positionOf(token);
        switch (event) {
            case ShowDrafted drafted -> {
                ShowDetails details = drafted.details();
                jdbc.sql("""
                        INSERT INTO view.show (show_id, organizer_id, venue_id, status, name, starts_at, details, prices, performer_ids,
                                               position)
                        VALUES (?, ?, ?, ?, ?, ?::timestamptz, ?::jsonb, ?::jsonb, ?::text[], ?)
                        ON CONFLICT DO NOTHING
                        """)
                        .params(
                                drafted.showId().value(),
                                drafted.organizerId().value(),
                                drafted.venueId().value(),
                                ShowStatus.DRAFT.name(),
                                details.name(),
                                details.startsAt().toString(),
                                ReadModelJson.write(details),
                                ReadModelJson.write(drafted.prices()),
                                values(details.performerIds()),
                                position)
                        .update();
            }
            case ShowRevised revised -> {
                ShowDetails details = revised.details();
                jdbc.sql("""
                        UPDATE view.show
                        SET venue_id = ?, name = ?, starts_at = ?::timestamptz, details = ?::jsonb, prices = ?::jsonb,
                            performer_ids = ?::text[], position = ?
                        WHERE show_id = ? AND position < ?
                        """)
                        .params(
                                revised.venueId().value(),
                                details.name(),
                                details.startsAt().toString(),
                                ReadModelJson.write(details),
                                ReadModelJson.write(revised.prices()),
                                values(details.performerIds()),
                                position,
                                revised.showId().value(),
                                position)
                        .update();
            }
            case ShowPublished published ->
                jdbc.sql("""
                        UPDATE view.show
                        SET status = ?, seat_map_version = ?, sections = ?::jsonb, published_at = ?::timestamptz, position = ?
                        WHERE show_id = ? AND position < ?
                        """)
                        .params(
                                ShowStatus.PUBLISHED.name(),
                                published.seatMapVersion(),
                                ReadModelJson.write(published.sections()),
                                published.publishedAt().toString(),
                                position,
                                published.showId().value(),
                                position)
                        .update();
            case ShowCancelled cancelled ->
                jdbc.sql("UPDATE view.show SET status = ?, position = ? WHERE show_id = ? AND position < ?")
                        .params(
                                ShowStatus.CANCELLED.name(),
                                position,
                                cancelled.showId().value(),
                                position)
                        .update();
        }
        outdated().shows.add(event.showId());
    }

    @ResetHandler
    void reset() {
        jdbc.sql("TRUNCATE view.venue, view.seat_map, view.performer, view.show, view.search, view.search_word")
                .update();
    }

    /** What the search has to draw again; several changes of a batch cost one drawing. */
    private SearchRows.Outdated outdated() {
        return EventBatch.gather(GROUP, SearchRows.Outdated::new, searchRows::redraw);
    }

    private static @Nullable String[] values(List<? extends Identifier> ids) {
        return ids.stream().map(Identifier::value).toArray(String[]::new);
    }
}
