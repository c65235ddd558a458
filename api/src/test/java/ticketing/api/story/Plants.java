package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.stream.Stream;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import ticketing.auditor.FaultKind;

/** What must never be, put into a store past everything that keeps it out. */
final class Plants {

    private static final String MONEY = "{\"amount\":\"49.50\",\"currency\":\"EUR\"}";

    /** A show with everything in it: seats 0 and 1 paid, seat 2 held, seat 3 refunded, seat 4 given back after a declined payment. */
    record Story(Show show, String paid, String held, Connection connection) {

        /** Has the platform live through it. */
        static Story tell(Client client, Connection connection) {
            Person organizer = client.newPerson("ORGANIZER");
            Show show = client.newShow(organizer, client.newVenue(organizer, 1, 10, 10), Map.of());
            Person buyer = client.newBuyer();
            String paid = client.hold(buyer, show, 0, 1);
            client.pay(buyer, paid, "pm_card_visa").expect(200);
            String held = client.hold(buyer, show, 2);
            String refunded = client.hold(buyer, show, 3);
            client.pay(buyer, refunded, "pm_card_visa").expect(200);
            client.post("/v1/bookings/" + refunded + "/refund", organizer, null).expect(200);
            String released = client.hold(buyer, show, 4);
            client.pay(buyer, released, "pm_card_chargeDeclined").expect(402);
            client.delete("/v1/bookings/" + released, buyer).expect(204);
            return new Story(show, paid, held, connection);
        }

        /** Appends an event as the store would, so many numbers behind the aggregate's last. */
        void append(String aggregate, int numbers, String type, String payload) throws SQLException {
            try (PreparedStatement append = connection.prepareStatement("""
                    WITH head AS (UPDATE store.event_head SET position = position + 1 RETURNING position)
                    INSERT INTO store.domain_event (position, aggregate_identifier, sequence_number, aggregate_type, event_identifier,
                        payload_type, payload_revision, payload, meta_data, time_stamp)
                    SELECT head.position, ?, coalesce((SELECT max(sequence_number) FROM store.domain_event
                               WHERE aggregate_identifier = ?), -1) + ?, 'Planted', gen_random_uuid()::text, ?, '1',
                           convert_to(?, 'UTF8'), convert_to('{}', 'UTF8'), now()
                    FROM head""")) {
                append.setString(1, aggregate);
                append.setString(2, aggregate);
                append.setInt(3, numbers);
                append.setString(4, type);
                append.setString(5, payload);
                append.executeUpdate();
            }
        }

        void ticket(int seat, String type, String booking, String more) throws SQLException {
            append(
                    show.ticket(seat),
                    1,
                    "ticket." + type,
                    "{\"ticketId\":\"%s\",\"bookingId\":\"%s\"%s}".formatted(show.ticket(seat), booking, more));
        }

        void booking(String booking, int numbers, String type, String more) throws SQLException {
            append(booking, numbers, "booking." + type, "{\"bookingId\":\"%s\"%s}".formatted(booking, more));
        }

        void lockHead() throws SQLException {
            try (Statement lock = connection.createStatement()) {
                assertThat(lock.execute("SELECT position FROM store.event_head FOR UPDATE"))
                        .isTrue();
            }
        }

        void sql(String statement) throws SQLException {
            try (Statement change = connection.createStatement()) {
                assertThat(change.executeUpdate(statement)).isPositive();
            }
        }
    }

    interface Planting {
        void into(Story story) throws SQLException;
    }

    /** @param subject how the subject of the finding begins, with S for the show, P for the paid and H for the held booking */
    record Plant(String what, Planting planting, FaultKind kind, String subject) {
        /** How the subject begins in this story. */
        String subjectIn(Story story) {
            return subject.replaceFirst("\\bS\\b", story.show.id())
                    .replaceFirst("\\bP\\b", story.paid)
                    .replaceFirst("\\bH\\b", story.held);
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private static final String RESERVED = ",\"price\":" + MONEY + ",\"expiresAt\":\"2035-01-01T00:00:00Z\"";
    private static final String PRICE = ",\"price\":" + MONEY;

    private static String paymentOf(String booking, String amount) {
        return ",\"paymentId\":\"%s.p1\",\"amount\":{\"amount\":\"%s\",\"currency\":\"EUR\"}"
                .formatted(booking, amount);
    }

    static Stream<Plant> all() {
        return Stream.of(
                new Plant(
                        "a seat that is sold twice",
                        story -> story.ticket(0, "TicketConfirmed", story.held, PRICE),
                        FaultKind.SOLD_TWICE,
                        "S-0"),
                new Plant(
                        "a section of which more are sold than there are",
                        story -> {
                            for (int i = 0; i < 10; i++) {
                                story.ticket(0, "TicketConfirmed", story.held, PRICE);
                            }
                        },
                        FaultKind.OVERSOLD,
                        "S Stalls"),
                new Plant(
                        "a sale without a payment",
                        story -> {
                            story.ticket(2, "TicketConfirmed", story.held, PRICE);
                            story.booking(
                                    story.held,
                                    1,
                                    "BookingConfirmed",
                                    ",\"paymentId\":\"" + story.held
                                            + ".p1\",\"confirmedAt\":\"2026-01-01T00:00:00Z\"");
                        },
                        FaultKind.SOLD_WITHOUT_PAYMENT,
                        "H"),
                new Plant(
                        "a ticket that is sold without its booking",
                        story -> story.ticket(2, "TicketConfirmed", story.held, PRICE),
                        FaultKind.SOLD_WITHOUT_PAYMENT,
                        "S-2"),
                new Plant(
                        "money that is taken twice",
                        story -> story.booking(story.paid, 1, "PaymentCaptured", paymentOf(story.paid, "99.00")),
                        FaultKind.CAPTURED_TWICE,
                        "P"),
                new Plant(
                        "money that is taken twice does not add up",
                        story -> story.booking(story.paid, 1, "PaymentCaptured", paymentOf(story.paid, "99.00")),
                        FaultKind.MONEY_DIFFERS,
                        "S"),
                new Plant(
                        "a refund without a sale",
                        story -> story.booking(
                                story.held,
                                1,
                                "BookingRefunded",
                                paymentOf(story.held, "49.50") + ",\"refundedAt\":\"2026-01-01T00:00:00Z\""),
                        FaultKind.REFUND_WITHOUT_SALE,
                        "H"),
                new Plant(
                        "a refund of another amount",
                        story -> story.booking(story.paid, 1, "RefundStarted", paymentOf(story.paid, "98.00")),
                        FaultKind.WRONG_AMOUNT,
                        "P"),
                new Plant(
                        "a seat that is held by two",
                        story -> story.ticket(2, "TicketReserved", story.paid, RESERVED),
                        FaultKind.HELD_BY_TWO,
                        "S-2"),
                new Plant(
                        "a seat that is sold without a hold",
                        story -> story.ticket(7, "TicketConfirmed", story.held, PRICE),
                        FaultKind.SOLD_WITHOUT_HOLD,
                        "S-7"),
                new Plant(
                        "a ticket that is free behind its booking's back",
                        story -> story.ticket(2, "TicketReleased", story.held, ""),
                        FaultKind.BOOKING_DIFFERS,
                        "S-2"),
                new Plant(
                        "a gap in an aggregate's sequence",
                        story -> story.booking(story.paid, 2, "RefundStarted", paymentOf(story.paid, "99.00")),
                        FaultKind.SEQUENCE_GAP,
                        "P"),
                new Plant(
                        "an event that is gone",
                        story -> story.sql("DELETE FROM store.domain_event WHERE aggregate_identifier = '" + story.paid
                                + "' AND payload_type = 'booking.PaymentStarted'"),
                        FaultKind.POSITION_GAP,
                        "position "),
                new Plant(
                        "an event beyond the head",
                        story -> story.sql("UPDATE store.event_head SET position = position - 1"),
                        FaultKind.POSITION_GAP,
                        "head"),
                new Plant(
                        "a seat of no section",
                        story -> story.ticket(99_999, "TicketReserved", story.held, RESERVED),
                        FaultKind.NO_SUCH_SEAT,
                        "S-99999"),
                new Plant(
                        "an event of a name that nobody knows",
                        story -> story.booking(story.paid, 1, "BookingForged", ""),
                        FaultKind.UNKNOWN_EVENT,
                        "P"),
                new Plant(
                        "a seat's row that is wrong",
                        story -> story.sql("UPDATE view.seat SET status = 0 WHERE seat = 0 AND show_id = '"
                                + story.show.id() + "'"),
                        FaultKind.VIEW_ROW_WRONG,
                        "view.seat S 0"),
                new Plant(
                        "a seat's row that is missing",
                        story -> story.sql(
                                "DELETE FROM view.seat WHERE seat = 3 AND show_id = '" + story.show.id() + "'"),
                        FaultKind.VIEW_ROW_MISSING,
                        "view.seat S 3"),
                new Plant(
                        "a seat's row without an event",
                        story -> story.sql("INSERT INTO view.seat (show_id, seat, status, position) VALUES ('"
                                + story.show.id() + "', 9, 0, 1)"),
                        FaultKind.VIEW_ROW_EXTRA,
                        "view.seat S 9"),
                new Plant(
                        "a section that counts wrongly",
                        story -> story.sql("UPDATE view.section SET sold = sold + 1 WHERE ordinal = 0 AND show_id = '"
                                + story.show.id() + "'"),
                        FaultKind.VIEW_ROW_WRONG,
                        "view.section S 0"),
                new Plant(
                        "a booking's row that is wrong",
                        story -> story.sql("UPDATE view.booking SET payment_status = 'DECLINED' WHERE booking_id = '"
                                + story.paid + "'"),
                        FaultKind.VIEW_ROW_WRONG,
                        "view.booking P"),
                new Plant(
                        "a booking's row that is missing",
                        story -> story.sql("DELETE FROM view.booking WHERE booking_id = '" + story.held + "'"),
                        FaultKind.VIEW_ROW_MISSING,
                        "view.booking H"),
                new Plant(
                        "a booking's tickets that are others",
                        story -> story.sql(
                                "UPDATE view.booking_ticket SET seat = 8 WHERE booking_id = '" + story.held + "'"),
                        FaultKind.VIEW_ROW_WRONG,
                        "view.booking_ticket H"),
                new Plant(
                        "a show's row that is wrong",
                        story -> story.sql(
                                "UPDATE view.show SET name = 'Another' WHERE show_id = '" + story.show.id() + "'"),
                        FaultKind.VIEW_ROW_WRONG,
                        "view.show S"),
                new Plant(
                        "a show that cannot be found",
                        story -> story.sql("DELETE FROM view.search WHERE show_id = '" + story.show.id() + "'"),
                        FaultKind.VIEW_ROW_WRONG,
                        "view.show S"));
    }

    private Plants() {}
}
