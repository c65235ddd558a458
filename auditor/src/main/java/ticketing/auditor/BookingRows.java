package ticketing.auditor;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ticketing.auditor.EventStreams.Happened;

/** Each row of {@code view.booking}, and its tickets in {@code view.booking_ticket}, against what its events add up to. */
final class BookingRows implements ViewPage {

    private static final String PAGE = """
            SELECT booking_id, show_id, buyer_id, status, total, currency, reserved_at, expires_at, payment_id, payment_status,
                   payment_amount, reserved_position, position
            FROM view.booking WHERE booking_id > ? ORDER BY booking_id LIMIT ?
            """;

    private static final String TICKETS = """
            SELECT booking_id, show_id, seat, section, amount, currency FROM view.booking_ticket
            WHERE booking_id = ANY (?) ORDER BY booking_id, ordinal
            """;

    private String booking = "";
    private String last = "";

    @Override
    public boolean compare(Connection connection, Findings findings) throws SQLException {
        long upTo = Progress.of(connection, Progress.BOOKING_VIEW);
        if (upTo == 0) {
            return true;
        }
        Map<String, Described> rows = rows(connection);
        Map<String, String> tickets = tickets(connection, rows.keySet());
        Map<String, List<Happened>> streams = EventStreams.of(connection, rows.keySet(), upTo);
        rows.forEach((id, actual) -> {
            last = id;
            List<Happened> events = streams.get(id);
            String subject = "view.booking " + id;
            if (events == null || !events.getFirst().type().equals(EventTypes.RESERVED)) {
                findings.add(FaultKind.VIEW_ROW_EXTRA, subject, upTo, "there is no such booking");
                return;
            }
            Described expected = expected(events);
            if (!expected.isLike(actual)) {
                findings.add(FaultKind.VIEW_ROW_WRONG, subject, upTo, actual + " instead of " + expected);
            }
            differ(
                    findings,
                    "view.booking_ticket " + id,
                    upTo,
                    expectedTickets(events.getFirst().payload()),
                    tickets.getOrDefault(id, ""));
        });
        return rows.size() < ROWS;
    }

    private static void differ(Findings findings, String subject, long upTo, String expected, String actual) {
        if (!expected.equals(actual)) {
            findings.add(FaultKind.VIEW_ROW_WRONG, subject, upTo, actual + " instead of " + expected);
        }
    }

    private Map<String, Described> rows(Connection connection) throws SQLException {
        Map<String, Described> rows = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(PAGE)) {
            statement.setString(1, booking);
            statement.setInt(2, ROWS);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.put(
                            row.getString(1),
                            described(
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4),
                                    new Sum(row.getBigDecimal(5), row.getString(6)),
                                    row.getObject(7, OffsetDateTime.class).toInstant(),
                                    row.getObject(8, OffsetDateTime.class).toInstant(),
                                    row.getString(9),
                                    row.getString(10),
                                    row.getBigDecimal(11),
                                    row.getLong(12),
                                    row.getLong(13)));
                }
            }
        }
        return rows;
    }

    private static Map<String, String> tickets(Connection connection, Set<String> bookings) throws SQLException {
        Map<String, String> tickets = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(TICKETS)) {
            statement.setArray(1, connection.createArrayOf("text", bookings.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tickets.merge(
                            row.getString(1),
                            ticket(
                                    row.getString(2) + "-" + row.getInt(3),
                                    row.getString(4),
                                    new Sum(row.getBigDecimal(5), row.getString(6))),
                            String::concat);
                }
            }
        }
        return tickets;
    }

    private static String expectedTickets(Payload reserved) {
        StringBuilder tickets = new StringBuilder();
        for (Payload ticket : reserved.list("tickets")) {
            tickets.append(ticket(ticket.text("ticketId"), ticket.text("section"), ticket.money("price")));
        }
        return tickets.toString();
    }

    private static String ticket(String ticketId, String section, Sum price) {
        return "[" + ticketId + " " + section + " " + price + "]";
    }

    private static Described expected(List<Happened> events) {
        Payload reserved = events.getFirst().payload();
        String status = "RESERVED";
        Instant expiresAt = reserved.instant("expiresAt");
        @Nullable String paymentId = null;
        @Nullable String payment = null;
        @Nullable BigDecimal amount = null;
        for (Happened event : events) {
            Payload payload = event.payload();
            String outcome = switch (event.type()) {
                case EventTypes.PAYMENT_STARTED -> "PROCESSING";
                case EventTypes.ACTION_REQUIRED -> "REQUIRES_ACTION";
                case EventTypes.DECLINED -> "DECLINED";
                case EventTypes.CONFIRMED -> "AUTHORIZED";
                case EventTypes.CAPTURED -> "CAPTURED";
                case EventTypes.REFUNDED -> "REFUNDED";
                default -> null;
            };
            if (outcome != null) {
                payment = outcome;
                paymentId = payload.text("paymentId");
            }
            switch (event.type()) {
                case EventTypes.PAYMENT_STARTED -> {
                    amount = payload.money("amount").amount();
                    expiresAt = payload.instant("holdUntil");
                }
                case EventTypes.DECLINED -> expiresAt = payload.instant("holdUntil");
                case EventTypes.CAPTURED -> amount = payload.money("amount").amount();
                case EventTypes.CONFIRMED -> status = "CONFIRMED";
                case EventTypes.RELEASED -> status = "RELEASED";
                case EventTypes.EXPIRED -> status = "EXPIRED";
                case EventTypes.REFUNDED -> status = "REFUNDED";
                default -> {
                    // The row stays as it is.
                }
            }
        }
        return described(
                StoredEvent.showOf(reserved.text("bookingId")),
                reserved.text("buyerId"),
                status,
                reserved.money("total"),
                reserved.instant("reservedAt"),
                expiresAt,
                paymentId,
                payment,
                amount,
                events.getFirst().position(),
                events.getLast().position());
    }

    /** A row in words, but for its moments, which the database keeps to the microsecond, rounded in its own way. */
    private record Described(String words, Instant reservedAt, Instant expiresAt) {

        private static final Duration ROUNDING = Duration.ofNanos(1_000);

        boolean isLike(Described other) {
            return words.equals(other.words)
                    && isClose(reservedAt, other.reservedAt)
                    && isClose(expiresAt, other.expiresAt);
        }

        private static boolean isClose(Instant one, Instant other) {
            return Duration.between(one, other).abs().compareTo(ROUNDING) <= 0;
        }

        @Override
        public String toString() {
            return words + " " + reservedAt + " " + expiresAt;
        }
    }

    private static Described described(
            String show,
            String buyer,
            String status,
            Sum total,
            Instant reservedAt,
            Instant expiresAt,
            @Nullable String paymentId,
            @Nullable String payment,
            @Nullable BigDecimal amount,
            long reservedPosition,
            long position) {
        List<@Nullable Object> parts = new ArrayList<>();
        parts.add(show);
        parts.add(buyer);
        parts.add(status);
        parts.add(total);
        parts.add(paymentId);
        parts.add(payment);
        parts.add(amount == null ? null : new Sum(amount, total.currency()));
        parts.add(reservedPosition + ".." + position);
        return new Described(
                String.join(" ", parts.stream().map(Objects::toString).toList()), reservedAt, expiresAt);
    }

    @Override
    public void advance() {
        booking = last;
    }
}
