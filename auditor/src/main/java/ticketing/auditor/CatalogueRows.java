package ticketing.auditor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ticketing.auditor.EventStreams.Happened;

/** What the catalogue says of shows, venues and performers against their last events; a search row for each published show, and for no other. */
final class CatalogueRows implements ViewPage {

    /** A table with its rows as JSON: the columns that events decide, by the events' own names. */
    private enum Table {
        SHOW("view.show", """
                SELECT t.show_id, jsonb_build_object('venueId', t.venue_id, 'organizerId', t.organizer_id, 'status', t.status,
                         'name', t.name, 'startsAt', extract(epoch FROM t.starts_at), 'details', t.details, 'prices', t.prices,
                         'sections', t.sections, 'seatMapVersion', t.seat_map_version, 'position', t.position,
                         'searched', (SELECT jsonb_build_object('name', s.name, 'venueId', s.venue_id, 'venue', s.venue_name = v.name)
                                      FROM view.search s WHERE s.show_id = t.show_id))::text
                FROM view.show t LEFT JOIN view.venue v USING (venue_id)
                WHERE t.show_id > ? ORDER BY t.show_id LIMIT ?"""),
        VENUE("view.venue", """
                SELECT venue_id, jsonb_build_object('organizerId', organizer_id, 'name', name, 'line1', line1, 'city', city,
                         'country', country, 'zone', zone, 'seatMapVersion', seat_map_version)::text
                FROM view.venue WHERE venue_id > ? ORDER BY venue_id LIMIT ?"""),
        PERFORMER("view.performer", """
                SELECT performer_id, jsonb_build_object('organizerId', organizer_id, 'name', name, 'description', description,
                         'genre', genre, 'imageId', image_id)::text
                FROM view.performer WHERE performer_id > ? ORDER BY performer_id LIMIT ?""");

        final String table;
        final String page;

        Table(String table, String page) {
            this.table = table;
            this.page = page;
        }
    }

    private static final Set<String> CREATING =
            Set.of(EventTypes.SHOW_DRAFTED, EventTypes.VENUE_OPENED, EventTypes.PERFORMER_ADDED);

    private int table;
    private String key = "";
    private String last = "";
    private boolean tableDone;

    @Override
    public boolean compare(Connection connection, Findings findings) throws SQLException {
        long upTo = Progress.of(connection, Progress.CATALOGUE);
        if (upTo == 0) {
            return true;
        }
        Table now = Table.values()[table];
        Map<String, String> rows = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(now.page)) {
            statement.setString(1, key);
            statement.setInt(2, ROWS);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.put(row.getString(1), row.getString(2));
                }
            }
        }
        Map<String, List<Happened>> streams = EventStreams.of(connection, rows.keySet(), upTo);
        rows.forEach((id, row) -> {
            last = id;
            List<Happened> events = streams.get(id);
            if (events == null || !CREATING.contains(events.getFirst().type())) {
                findings.add(FaultKind.VIEW_ROW_EXTRA, now.table + " " + id, upTo, "no event tells of it");
            } else {
                compare(now, id, events, Payload.of(row), upTo, findings);
            }
        });
        tableDone = rows.size() < ROWS;
        return tableDone && table == Table.values().length - 1;
    }

    private static void compare(
            Table table, String id, List<Happened> events, Payload row, long upTo, Findings findings) {
        Map<String, String> wrong = new LinkedHashMap<>();
        switch (table) {
            case SHOW -> show(events, row, wrong);
            case VENUE -> venue(events, row, wrong);
            case PERFORMER -> performer(events, row, wrong);
        }
        wrong.forEach((column, detail) ->
                findings.add(FaultKind.VIEW_ROW_WRONG, table.table + " " + id, upTo, column + ": " + detail));
    }

    private static void show(List<Happened> events, Payload row, Map<String, String> wrong) {
        Payload told = events.getFirst().payload();
        JsonNode sections = null;
        JsonNode version = null;
        String status = "DRAFT";
        for (Happened event : events) {
            switch (event.type()) {
                case EventTypes.SHOW_REVISED -> told = event.payload();
                case EventTypes.SHOW_PUBLISHED -> {
                    status = "PUBLISHED";
                    sections = event.payload().json().path("sections");
                    version = event.payload().json().path("seatMapVersion");
                }
                case EventTypes.SHOW_CANCELLED -> status = "CANCELLED";
                default -> {
                    // Nothing else is told of a show.
                }
            }
        }
        Payload details = told.object("details");
        String organizer = events.getFirst().payload().text("organizerId");
        expect(wrong, "organizer_id", organizer, row.textOrNull("organizerId"));
        expect(wrong, "venue_id", told.text("venueId"), row.textOrNull("venueId"));
        expect(wrong, "status", status, row.textOrNull("status"));
        expect(wrong, "name", details.text("name"), row.textOrNull("name"));
        Instant startsAt = details.instant("startsAt");
        expect(
                wrong,
                "starts_at",
                startsAt.getEpochSecond(),
                row.json().path("startsAt").longValue());
        expect(wrong, "details", known(details.json()), known(row.json().path("details")));
        expect(
                wrong,
                "prices",
                known(told.json().path("prices")),
                known(row.json().path("prices")));
        expect(
                wrong,
                "position",
                events.getLast().position(),
                row.json().path("position").longValue());
        if (sections != null && version != null) {
            expect(wrong, "sections", known(sections), known(row.json().path("sections")));
            expect(wrong, "seat_map_version", version, row.json().path("seatMapVersion"));
        }
        JsonNode searched = row.json().path("searched");
        expect(wrong, "view.search", status.equals("PUBLISHED"), searched.isObject());
        if (searched.isObject()) {
            expect(
                    wrong,
                    "view.search name",
                    details.text("name"),
                    searched.path("name").textValue());
            expect(
                    wrong,
                    "view.search venue_id",
                    told.text("venueId"),
                    searched.path("venueId").textValue());
            expect(wrong, "view.search venue_name", true, searched.path("venue").booleanValue());
        }
    }

    private static void venue(List<Happened> events, Payload row, Map<String, String> wrong) {
        Payload told = events.getFirst().payload().object("details");
        int version = 0;
        for (Happened event : events) {
            switch (event.type()) {
                case EventTypes.VENUE_REVISED -> told = event.payload().object("details");
                case EventTypes.SEAT_MAP_DRAWN ->
                    version = Math.max(version, event.payload().number("version"));
                default -> {
                    // Nothing else is told of a venue.
                }
            }
        }
        Payload address = told.object("address");
        String organizer = events.getFirst().payload().text("organizerId");
        expect(wrong, "organizer_id", organizer, row.textOrNull("organizerId"));
        expect(wrong, "name", told.text("name"), row.textOrNull("name"));
        expect(wrong, "line1", address.text("line1"), row.textOrNull("line1"));
        expect(wrong, "city", address.text("city"), row.textOrNull("city"));
        expect(wrong, "country", address.text("country"), row.textOrNull("country"));
        expect(wrong, "zone", told.text("zone"), row.textOrNull("zone"));
        expect(wrong, "seat_map_version", version, row.number("seatMapVersion"));
    }

    private static void performer(List<Happened> events, Payload row, Map<String, String> wrong) {
        Payload told = events.getLast().payload().object("details");
        String organizer = events.getFirst().payload().text("organizerId");
        expect(wrong, "organizer_id", organizer, row.textOrNull("organizerId"));
        for (String member : List.of("name", "description", "genre")) {
            expect(wrong, member, told.text(member), row.textOrNull(member));
        }
        expect(
                wrong,
                "image_id",
                String.valueOf(told.textOrNull("imageId")),
                String.valueOf(row.textOrNull("imageId")));
    }

    private static void expect(
            Map<String, String> wrong,
            String column,
            Object expected,
            @org.jspecify.annotations.Nullable Object actual) {
        if (!expected.equals(actual)) {
            wrong.put(column, actual + " instead of " + expected);
        }
    }

    /** Without members that are null: whether they are written is the writer's affair. */
    private static JsonNode known(JsonNode json) {
        JsonNode copy = json.deepCopy();
        withoutNulls(copy);
        return copy;
    }

    private static void withoutNulls(JsonNode json) {
        if (json instanceof ObjectNode object) {
            object.properties().removeIf(member -> member.getValue().isNull());
        }
        json.forEach(CatalogueRows::withoutNulls);
    }

    @Override
    public void advance() {
        key = last;
        if (tableDone) {
            table = Math.min(table + 1, Table.values().length - 1);
            key = "";
            last = "";
        }
    }
}
