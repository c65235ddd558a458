package ticketing.analysis.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of each event becomes which column. Members of events are named here one by one: what an event may say one day that nobody has thought of stays out,
 * and so do names and descriptions, which organizers write freely, and payment methods, which may name somebody's card.
 */
final class Rows {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Sections of so many shows are remembered at once. */
    private static final int MOST_SHOWS = 1_000;

    /** A payment provider's reason for a decline is passed on if it is a code and no prose. */
    private static final Pattern CODE = Pattern.compile("[a-z_]{1,40}");

    private static final String SECTIONS = """
            SELECT payload FROM store.domain_event
            WHERE aggregate_identifier = ? AND payload_type = 'show.ShowPublished' ORDER BY sequence_number LIMIT 1
            """;

    /** A section of a published show: its name and where it begins. */
    private record Section(String name, int firstSeat, int seats) {}

    private final Pseudonyms pseudonyms;
    private final Map<String, List<Section>> sections = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<Section>> eldest) {
            return size() > MOST_SHOWS;
        }
    };

    Rows(Pseudonyms pseudonyms) {
        this.pseudonyms = pseudonyms;
    }

    /** The event's rows: one, but one for each section of a show that is published. */
    List<Row> of(Connection store, long position, Instant at, String type, byte[] payload)
            throws SQLException, IOException {
        JsonNode event = JSON.readTree(payload);
        Row row = row(position, at, type);
        switch (type.substring(0, type.indexOf('.') + 1)) {
            case "ticket." -> ticket(row, event, store);
            case "booking." -> booking(row, event);
            case "show." -> {
                String show = text(event, "showId");
                row.with(Column.SHOW_ID, show).with(Column.VENUE_ID, text(event, "venueId"));
                details(row, event.path("details"));
                if (event.path("sections").isArray()) {
                    return published(position, at, type, event);
                }
            }
            case "venue." -> {
                row.with(Column.VENUE_ID, text(event, "venueId"));
                JsonNode details = event.path("details");
                row.with(Column.CITY, text(details.path("address"), "city"))
                        .with(Column.COUNTRY, text(details.path("address"), "country"))
                        .with(Column.ZONE, text(details, "zone"));
            }
            default -> {
                // That it happened, and nothing of what it says.
            }
        }
        return List.of(row);
    }

    private static Row row(long position, Instant at, String type) {
        return new Row()
                .with(Column.POSITION, position)
                .with(Column.ORDINAL, 0)
                .with(Column.HAPPENED_AT, at)
                .with(Column.TYPE, type);
    }

    private void ticket(Row row, JsonNode event, Connection store) throws SQLException, IOException {
        String ticket = String.valueOf(text(event, "ticketId"));
        int hyphen = ticket.indexOf('-');
        if (hyphen < 0) {
            return;
        }
        String show = ticket.substring(0, hyphen);
        int seat = Integer.parseInt(ticket.substring(hyphen + 1));
        row.with(Column.SHOW_ID, show).with(Column.SEAT, seat).with(Column.SECTION, sectionOf(store, show, seat));
        row.with(Column.BOOKING, pseudonym('b', text(event, "bookingId")));
        row.with(Column.HOLD_UNTIL, instant(event, "expiresAt"));
        money(row, event.path("price"));
    }

    private void booking(Row row, JsonNode event) {
        String booking = String.valueOf(text(event, "bookingId"));
        int hyphen = booking.indexOf('-');
        row.with(Column.SHOW_ID, hyphen < 0 ? null : booking.substring(0, hyphen))
                .with(Column.BOOKING, pseudonym('b', booking))
                .with(Column.BUYER, pseudonym('u', text(event, "buyerId")))
                .with(
                        Column.TICKETS,
                        event.path("tickets").isArray() ? event.path("tickets").size() : null)
                .with(Column.HOLD_UNTIL, instant(event, event.has("holdUntil") ? "holdUntil" : "expiresAt"))
                .with(Column.CAUSE, cause(event));
        String payment = text(event, "paymentId");
        if (payment != null && payment.matches(".*\\.p\\d{1,3}")) {
            row.with(Column.ATTEMPT, Integer.valueOf(payment.substring(payment.lastIndexOf(".p") + 2)));
        }
        money(row, event.has("total") ? event.path("total") : event.path("amount"));
    }

    private static @Nullable String cause(JsonNode event) {
        String cause = text(event, "cause");
        String reason = text(event, "reason");
        if (reason == null) {
            return cause;
        }
        return CODE.matcher(reason).matches() ? reason : "other";
    }

    private static void details(Row row, JsonNode details) {
        row.with(Column.SHOW_TYPE, text(details, "type"))
                .with(Column.STARTS_AT, instant(details, "startsAt"))
                .with(Column.ON_SALE_AT, instant(details, "onSaleAt"))
                .with(Column.HOLD_SECONDS, number(details, "holdSeconds"))
                .with(Column.TICKET_LIMIT, number(details, "maxTicketsPerBooking"));
    }

    private static List<Row> published(long position, Instant at, String type, JsonNode event) {
        List<Row> rows = new ArrayList<>();
        for (JsonNode section : event.path("sections")) {
            Row row = row(position, at, type)
                    .with(Column.ORDINAL, rows.size())
                    .with(Column.SHOW_ID, text(event, "showId"))
                    .with(Column.VENUE_ID, text(event, "venueId"))
                    .with(Column.SECTION, text(section, "name"))
                    .with(Column.SEAT, number(section, "firstSeat"))
                    .with(Column.SEATS, number(section, "seats"));
            money(row, section.path("price"));
            rows.add(row);
        }
        return rows;
    }

    private @Nullable String sectionOf(Connection store, String show, int seat) throws SQLException, IOException {
        List<Section> known = sections.get(show);
        if (known == null) {
            known = read(store, show);
            sections.put(show, known);
        }
        return known.stream()
                .filter(section -> seat >= section.firstSeat && seat < section.firstSeat + section.seats)
                .map(Section::name)
                .findFirst()
                .orElse(null);
    }

    private static List<Section> read(Connection store, String show) throws SQLException, IOException {
        List<Section> sections = new ArrayList<>();
        try (PreparedStatement statement = store.prepareStatement(SECTIONS)) {
            statement.setString(1, show);
            try (ResultSet published = statement.executeQuery()) {
                if (published.next()) {
                    for (JsonNode section : JSON.readTree(published.getBytes(1)).path("sections")) {
                        sections.add(new Section(
                                section.path("name").asText(),
                                section.path("firstSeat").asInt(),
                                section.path("seats").asInt()));
                    }
                }
            }
        }
        return List.copyOf(sections);
    }

    private @Nullable String pseudonym(char kind, @Nullable String identifier) {
        return identifier == null ? null : pseudonyms.of(kind, identifier);
    }

    private static void money(Row row, JsonNode money) {
        String amount = text(money, "amount");
        if (amount != null) {
            row.with(Column.AMOUNT, new BigDecimal(amount)).with(Column.CURRENCY, text(money, "currency"));
        }
    }

    private static @Nullable String text(JsonNode object, String member) {
        return object.path(member).textValue();
    }

    private static @Nullable Integer number(JsonNode object, String member) {
        JsonNode node = object.path(member);
        return node.isInt() ? node.intValue() : null;
    }

    private static @Nullable Instant instant(JsonNode object, String member) {
        String text = text(object, member);
        return text == null ? null : Instant.parse(text);
    }
}
