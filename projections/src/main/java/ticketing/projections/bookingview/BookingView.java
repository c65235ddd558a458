package ticketing.projections.bookingview;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.ResetHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventhandling.TrackingToken;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.Event;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.booking.BookingEvent.BookingConfirmed;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingEvent.BookingRefunded;
import ticketing.messages.booking.BookingEvent.BookingReleased;
import ticketing.messages.booking.BookingEvent.BookingReserved;
import ticketing.messages.booking.BookingEvent.PaymentActionRequired;
import ticketing.messages.booking.BookingEvent.PaymentCaptured;
import ticketing.messages.booking.BookingEvent.PaymentDeclined;
import ticketing.messages.booking.BookingEvent.PaymentStarted;
import ticketing.messages.booking.BookingEvent.RefundStarted;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.BookingStatus;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.payment.PaymentStatus;
import ticketing.projections.EventBatch;
import ticketing.projections.replay.Replayable;
import ticketing.projections.replay.Tables;

/** Bookings as their buyers see them, and with them who owns which ticket. */
@Component
@ProcessingGroup(BookingView.GROUP)
public class BookingView implements Replayable {

    public static final String GROUP = "booking-view";

    private final Tables present;

    BookingView(JdbcTemplate jdbc) {
        this.present = Tables.present(jdbc);
    }

    @Override
    public String group() {
        return GROUP;
    }

    @Override
    public List<String> tables() {
        return List.of("booking", "booking_ticket");
    }

    @Override
    public List<Class<? extends Event>> concerns() {
        return List.of(BookingEvent.class);
    }

    @Override
    public Changes changes() {
        return new Batch();
    }

    @EventHandler
    void on(BookingEvent event, TrackingToken token, @Timestamp Instant at) {
        EventBatch.gather(GROUP, Batch::new, batch -> batch.write(present))
                .add(event, EventBatch.positionOf(token), at);
    }

    private static void gather(Batch batch, BookingEvent event, long position) {
        if (event instanceof BookingReserved reserved) {
            batch.reserved.add(new Reservation(reserved, position));
            return;
        }
        Change change = batch.changes.computeIfAbsent(event.bookingId(), id -> new Change());
        change.position = position;
        switch (event) {
            case BookingReserved reserved -> throw new IllegalStateException("handled above");
            case PaymentStarted started -> {
                change.payment(started.paymentId(), PaymentStatus.PROCESSING);
                change.paymentAmount = started.amount().amount();
                change.expiresAt = started.holdUntil();
            }
            case PaymentActionRequired required -> change.payment(required.paymentId(), PaymentStatus.REQUIRES_ACTION);
            case PaymentDeclined declined -> {
                change.payment(declined.paymentId(), PaymentStatus.DECLINED);
                change.expiresAt = declined.holdUntil();
            }
            case BookingConfirmed confirmed -> {
                change.payment(confirmed.paymentId(), PaymentStatus.AUTHORIZED);
                change.status = BookingStatus.CONFIRMED;
            }
            case PaymentCaptured captured -> {
                change.payment(captured.paymentId(), PaymentStatus.CAPTURED);
                change.paymentAmount = captured.amount().amount();
            }
            case BookingReleased released -> change.status = BookingStatus.RELEASED;
            case BookingExpired expired -> change.status = BookingStatus.EXPIRED;
            // The money is under way; the buyer still sees what it was taken for until it is back.
            case RefundStarted started -> {}
            case BookingRefunded refunded -> {
                change.payment(refunded.paymentId(), PaymentStatus.REFUNDED);
                change.status = BookingStatus.REFUNDED;
            }
        }
    }

    @ResetHandler
    void reset() {
        present.sql("TRUNCATE view.booking, view.booking_ticket").update();
    }

    private static void writeBookings(Tables tables, List<Reservation> reservations) {
        int n = reservations.size();
        String[][] texts = new String[8][n];
        long[] positions = new long[n];
        for (int i = 0; i < n; i++) {
            BookingReserved event = reservations.get(i).event;
            texts[0][i] = event.bookingId().value();
            texts[1][i] = event.bookingId().showId().value();
            texts[2][i] = event.buyerId().value();
            texts[3][i] = BookingStatus.RESERVED.name();
            texts[4][i] = event.total().amount().toPlainString();
            texts[5][i] = event.total().currency();
            texts[6][i] = event.reservedAt().toString();
            texts[7][i] = event.expiresAt().toString();
            positions[i] = reservations.get(i).position;
        }
        JdbcClient.StatementSpec insert = tables.sql("""
                INSERT INTO view.booking AS v (booking_id, show_id, buyer_id, status, total, currency, reserved_at, expires_at,
                                               reserved_position, position)
                SELECT booking_id, show_id, buyer_id, status, total::numeric, currency, reserved_at::timestamptz,
                       expires_at::timestamptz, position, position
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[])
                     AS b (booking_id, show_id, buyer_id, status, total, currency, reserved_at, expires_at, position)
                ON CONFLICT (booking_id) DO UPDATE
                SET status = excluded.status, expires_at = excluded.expires_at, payment_id = NULL, payment_status = NULL,
                    payment_amount = NULL, position = excluded.position
                WHERE v.position < excluded.position
                """);
        for (String[] column : texts) {
            insert = insert.param(column);
        }
        insert.param(positions).update();
    }

    private static void writeTickets(Tables tables, List<Reservation> reservations) {
        int n = reservations.stream().mapToInt(r -> r.event.tickets().size()).sum();
        String[] bookings = new String[n];
        short[] ordinals = new short[n];
        String[] shows = new String[n];
        int[] seats = new int[n];
        String[] sections = new String[n];
        String[] amounts = new String[n];
        String[] currencies = new String[n];
        int i = 0;
        for (Reservation reservation : reservations) {
            short ordinal = 0;
            for (BookedTicket ticket : reservation.event.tickets()) {
                bookings[i] = reservation.event.bookingId().value();
                ordinals[i] = ordinal++;
                shows[i] = ticket.ticketId().showId().value();
                seats[i] = ticket.ticketId().seat();
                sections[i] = ticket.section();
                amounts[i] = ticket.price().amount().toPlainString();
                currencies[i] = ticket.price().currency();
                i++;
            }
        }
        tables.sql("""
                INSERT INTO view.booking_ticket (booking_id, ordinal, show_id, seat, section, amount, currency)
                SELECT booking_id, ordinal, show_id, seat, section, amount::numeric, currency
                FROM unnest(?::text[], ?::smallint[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[])
                     AS t (booking_id, ordinal, show_id, seat, section, amount, currency)
                ON CONFLICT DO NOTHING
                """)
                .param(bookings)
                .param(ordinals)
                .param(shows)
                .param(seats)
                .param(sections)
                .param(amounts)
                .param(currencies)
                .update();
    }

    /**
     * An update of rows that are surely there, written as an insertion that always conflicts: joined with a list of changes, a database without fresh statistics would read the
     * whole table for every batch, and a statement for each change costs several times as much.
     */
    private static void writeChanges(Tables tables, Map<BookingId, Change> changes) {
        int n = changes.size();
        @Nullable String[][] texts = new @Nullable String[6][n];
        long[] positions = new long[n];
        int i = 0;
        for (Map.Entry<BookingId, Change> entry : changes.entrySet()) {
            Change change = entry.getValue();
            texts[0][i] = entry.getKey().value();
            texts[1][i] = text(change.status);
            texts[2][i] = text(change.expiresAt);
            texts[3][i] = text(change.paymentId);
            texts[4][i] = text(change.paymentStatus);
            texts[5][i] = change.paymentAmount == null ? null : change.paymentAmount.toPlainString();
            positions[i] = change.position;
            i++;
        }
        JdbcClient.StatementSpec update = tables.sql("""
                INSERT INTO view.booking AS v (booking_id, show_id, buyer_id, status, total, currency, reserved_at, expires_at,
                                               payment_id, payment_status, payment_amount, reserved_position, position)
                SELECT b.booking_id, b.show_id, b.buyer_id, coalesce(c.status, b.status), b.total, b.currency, b.reserved_at,
                       coalesce(c.expires_at::timestamptz, b.expires_at), coalesce(c.payment_id, b.payment_id),
                       coalesce(c.payment_status, b.payment_status), coalesce(c.payment_amount::numeric, b.payment_amount),
                       b.reserved_position, c.position
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[])
                       AS c (booking_id, status, expires_at, payment_id, payment_status, payment_amount, position)
                     CROSS JOIN LATERAL (SELECT * FROM view.booking WHERE booking_id = c.booking_id LIMIT 1) b
                ON CONFLICT (booking_id) DO UPDATE
                SET status = excluded.status, expires_at = excluded.expires_at, payment_id = excluded.payment_id,
                    payment_status = excluded.payment_status, payment_amount = excluded.payment_amount, position = excluded.position
                WHERE v.position < excluded.position
                """);
        for (@Nullable String[] column : texts) {
            update = update.param(column);
        }
        update.param(positions).update();
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static final class Batch implements Changes {
        private final List<Reservation> reserved = new ArrayList<>();
        private final Map<BookingId, Change> changes = new LinkedHashMap<>();

        @Override
        public void add(Event event, long position, Instant at) {
            gather(this, (BookingEvent) event, position);
        }

        @Override
        public void write(Tables tables) {
            if (!reserved.isEmpty()) {
                writeBookings(tables, reserved);
                writeTickets(tables, reserved);
            }
            if (!changes.isEmpty()) {
                writeChanges(tables, changes);
            }
        }
    }

    private record Reservation(BookingReserved event, long position) {}

    /** What the batch's events after the reservation have changed; what is null they left alone. */
    private static final class Change {
        @Nullable
        BookingStatus status;

        @Nullable
        Instant expiresAt;

        @Nullable
        PaymentId paymentId;

        @Nullable
        PaymentStatus paymentStatus;

        @Nullable
        BigDecimal paymentAmount;

        long position;

        void payment(PaymentId id, PaymentStatus state) {
            paymentId = id;
            paymentStatus = state;
        }
    }
}
