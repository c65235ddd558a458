package ticketing.projections.catalogue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.ResetHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventhandling.TrackingToken;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import ticketing.messages.Event;
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
import ticketing.projections.replay.Replayable;
import ticketing.projections.replay.Tables;

/** What organizers tell of venues, performers and shows, and the search over it. Rarely written, so its events are written one at a time. */
@Component
@ProcessingGroup(Catalogue.GROUP)
public class Catalogue implements Replayable {

    public static final String GROUP = "catalogue";

    private final Tables present;

    Catalogue(JdbcTemplate jdbc) {
        this.present = Tables.present(jdbc);
    }

    @Override
    public String group() {
        return GROUP;
    }

    @Override
    public List<String> tables() {
        return List.of("venue", "seat_map", "performer", "show", "search", "search_word");
    }

    @Override
    public List<Class<? extends Event>> concerns() {
        return List.of(VenueEvent.class, PerformerEvent.class, ShowEvent.class);
    }

    @Override
    public Changes changes() {
        return new Batch();
    }

    @EventHandler
    void on(VenueEvent event, TrackingToken token, @Timestamp Instant at) {
        batch().add(event, EventBatch.positionOf(token), at);
    }

    private static void write(Tables tables, VenueEvent event, long position) {
        switch (event) {
            case VenueOpened opened -> {
                VenueDetails details = opened.details();
                tables.sql("""
                        INSERT INTO view.venue AS v (venue_id, organizer_id, name, line1, city, country, lat, lon, zone, position)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (venue_id) DO UPDATE
                        SET organizer_id = excluded.organizer_id, name = excluded.name, line1 = excluded.line1, city = excluded.city,
                            country = excluded.country, lat = excluded.lat, lon = excluded.lon, zone = excluded.zone, position = excluded.position
                        WHERE v.position < excluded.position
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
                tables.sql("""
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
            case SeatMapDrawn drawn -> drawn(tables, drawn);
        }
    }

    private static void drawn(Tables tables, SeatMapDrawn event) {
        String venue = event.venueId().value();
        tables.sql("""
                INSERT INTO view.seat_map (venue_id, version, seat_map, seat_count) VALUES (?, ?, ?::jsonb, ?)
                ON CONFLICT DO NOTHING
                """)
                .params(
                        venue,
                        event.version(),
                        ReadModelJson.write(event.seatMap()),
                        event.seatMap().seatCount())
                .update();
        tables.sql("UPDATE view.venue SET seat_map_version = greatest(seat_map_version, ?) WHERE venue_id = ?")
                .params(event.version(), venue)
                .update();
    }

    @EventHandler
    void on(PerformerEvent event, TrackingToken token, @Timestamp Instant at) {
        batch().add(event, EventBatch.positionOf(token), at);
    }

    private static void write(Tables tables, PerformerEvent event, long position) {
        switch (event) {
            case PerformerAdded added -> {
                PerformerDetails details = added.details();
                tables.sql("""
                        INSERT INTO view.performer AS p (performer_id, organizer_id, name, description, genre, image_id, position)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (performer_id) DO UPDATE
                        SET organizer_id = excluded.organizer_id, name = excluded.name, description = excluded.description, genre = excluded.genre,
                            image_id = excluded.image_id, position = excluded.position
                        WHERE p.position < excluded.position
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
                tables.sql("""
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
    }

    @EventHandler
    void on(ShowEvent event, TrackingToken token, @Timestamp Instant at) {
        batch().add(event, EventBatch.positionOf(token), at);
    }

    private static void write(Tables tables, ShowEvent event, long position) {
        switch (event) {
            case ShowDrafted drafted -> {
                ShowDetails details = drafted.details();
                tables.sql("""
                        INSERT INTO view.show AS s (show_id, organizer_id, venue_id, status, name, starts_at, details, prices, performer_ids,
                                                    position)
                        VALUES (?, ?, ?, ?, ?, ?::timestamptz, ?::jsonb, ?::jsonb, ?::text[], ?)
                        ON CONFLICT (show_id) DO UPDATE
                        SET organizer_id = excluded.organizer_id, venue_id = excluded.venue_id, status = excluded.status, name = excluded.name,
                            starts_at = excluded.starts_at, details = excluded.details, prices = excluded.prices,
                            performer_ids = excluded.performer_ids, position = excluded.position
                        WHERE s.position < excluded.position
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
                tables.sql("""
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
                tables.sql("""
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
                tables.sql("UPDATE view.show SET status = ?, position = ? WHERE show_id = ? AND position < ?")
                        .params(
                                ShowStatus.CANCELLED.name(),
                                position,
                                cancelled.showId().value(),
                                position)
                        .update();
        }
    }

    @ResetHandler
    void reset() {
        present.sql("TRUNCATE view.venue, view.seat_map, view.performer, view.show, view.search, view.search_word")
                .update();
    }

    private Batch batch() {
        return EventBatch.gather(GROUP, Batch::new, batch -> batch.write(present));
    }

    private static final class Batch implements Changes {

        private record Told(Event event, long position) {}

        private final List<Told> told = new ArrayList<>();

        @Override
        public void add(Event event, long position, Instant at) {
            told.add(new Told(event, position));
        }

        /** What the search has to draw again, it draws at the end: several changes cost one drawing. */
        @Override
        public void write(Tables tables) {
            SearchRows.Outdated outdated = new SearchRows.Outdated();
            for (Told one : told) {
                switch (one.event) {
                    case VenueEvent venue -> {
                        Catalogue.write(tables, venue, one.position);
                        outdated.venues.add(venue.venueId());
                    }
                    case PerformerEvent performer -> {
                        Catalogue.write(tables, performer, one.position);
                        outdated.performers.add(performer.performerId());
                    }
                    case ShowEvent show -> {
                        Catalogue.write(tables, show, one.position);
                        outdated.shows.add(show.showId());
                    }
                    default -> throw new IllegalArgumentException("not of the catalogue: " + one.event);
                }
            }
            new SearchRows(tables).redraw(outdated);
        }
    }

    private static @Nullable String[] values(List<? extends Identifier> ids) {
        return ids.stream().map(Identifier::value).toArray(String[]::new);
    }
}
