package ticketing.projections.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.StoredAs;
import ticketing.messages.UserId;
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
import ticketing.messages.booking.BookingEvent.ReleaseCause;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;
import ticketing.messages.ticket.TicketId;
import ticketing.projections.replay.StoredEvents;
import ticketing.projections.replay.StoredEvents.Stored;

/**
 * Tells what happened to a show or to one of its tickets, from the event store and with causes: what happens to a ticket is the doing of its booking, so that is read
 * beside it.
 */
@Component
public final class Ledger {

    private final ShowHistory history;
    private final StoredEvents events;

    Ledger(DataSource database, JdbcTemplate jdbc, Serializer serializer, EventUpcaster upcasters) {
        this.history = new ShowHistory(jdbc);
        this.events = new StoredEvents(
                database, serializer, upcasters, List.of(ShowEvent.class, TicketEvent.class, BookingEvent.class));
    }

    /** Whose doing it was. */
    public enum By {
        /** The buyer asked for it. */
        BUYER,
        /** A payment began, succeeded or was declined. */
        PAYMENT,
        /** The hold had come to its end. */
        DEADLINE,
        /** Whoever may refund did; or the show was cancelled, and everything was given back. */
        ORGANIZER
    }

    /**
     * Why something happened to a ticket.
     *
     * @param position of the booking's event that tells of the same; null if there is none
     * @param buyer whose booking it was, by pseudonym
     * @param deadline when the hold ended, if that is why
     * @param paymentId which payment, if one is why
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Cause(
            By by,
            @Nullable Long position,
            @Nullable UserId buyer,
            @Nullable Instant deadline,
            @Nullable PaymentId paymentId) {}

    /**
     * One event.
     *
     * @param type under which it is stored
     * @param buyer by pseudonym
     * @param amount a ticket's price, or the money that it is about
     * @param holdUntil the end of the hold from then on
     * @param reason why a payment was declined or a hold given back
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Line(
            long position,
            Instant at,
            String type,
            @Nullable TicketId ticketId,
            @Nullable BookingId bookingId,
            @Nullable UserId buyer,
            @Nullable Money amount,
            @Nullable Instant holdUntil,
            @Nullable PaymentId paymentId,
            @Nullable String reason,
            @Nullable Cause cause) {}

    /**
     * What happened to a show after a position.
     *
     * @param most so many events at most
     */
    public List<Line> of(ShowId showId, long after, int most) {
        List<Long> positions = history.after(showId, after, most, _ -> true).stream()
                .map(Entry::position)
                .toList();
        return lines(events.at(positions));
    }

    /** What happened to a ticket after a position, all of it if there is no more. */
    public List<Line> of(TicketId ticketId, long after, int most) {
        return lines(events.ofAggregates(List.of(ticketId.value())).stream()
                .filter(event -> event.position() > after)
                .limit(most)
                .toList());
    }

    /** Whether the show has such a seat; one to which nothing has happened has no events of its own. */
    public boolean has(TicketId ticketId) {
        return events.ofAggregates(List.of(ticketId.showId().value())).stream()
                .map(Stored::event)
                .filter(ShowPublished.class::isInstance)
                .flatMap(event -> ((ShowPublished) event).sections().stream())
                .anyMatch(section -> section.contains(ticketId.seat()));
    }

    private List<Line> lines(List<Stored> wanted) {
        TreeSet<String> bookings = wanted.stream()
                .map(Stored::event)
                .filter(TicketEvent.class::isInstance)
                .map(event -> ((TicketEvent) event).bookingId().value())
                .collect(Collectors.toCollection(TreeSet::new));
        Map<BookingId, List<Stored>> of = new HashMap<>();
        if (!bookings.isEmpty()) {
            for (Stored stored : events.ofAggregates(bookings)) {
                of.computeIfAbsent(((BookingEvent) stored.event()).bookingId(), _ -> new ArrayList<>())
                        .add(stored);
            }
        }
        return wanted.stream().map(stored -> line(stored, of)).toList();
    }

    private static Line line(Stored stored, Map<BookingId, List<Stored>> bookings) {
        Event event = stored.event();
        TicketId ticket = event instanceof TicketEvent of ? of.ticketId() : null;
        BookingId booking = event instanceof TicketEvent of
                ? of.bookingId()
                : event instanceof BookingEvent its ? its.bookingId() : null;
        return new Line(
                stored.position(),
                stored.at(),
                event.getClass().getAnnotation(StoredAs.class).value(),
                ticket,
                booking,
                event instanceof BookingReserved reserved ? reserved.buyerId() : null,
                amount(event),
                holdUntil(event),
                paymentId(event),
                reason(event),
                event instanceof TicketEvent of
                        ? cause(of, stored.position(), bookings.getOrDefault(of.bookingId(), List.of()))
                        : null);
    }

    private static @Nullable Money amount(Event event) {
        return switch (event) {
            case TicketReserved reserved -> reserved.price();
            case TicketConfirmed confirmed -> confirmed.price();
            case TicketRefunded refunded -> refunded.price();
            case BookingReserved reserved -> reserved.total();
            case PaymentStarted started -> started.amount();
            case PaymentCaptured captured -> captured.amount();
            case RefundStarted started -> started.amount();
            case BookingRefunded refunded -> refunded.amount();
            default -> null;
        };
    }

    private static @Nullable Instant holdUntil(Event event) {
        return switch (event) {
            case TicketReserved reserved -> reserved.expiresAt();
            case TicketRetimed retimed -> retimed.expiresAt();
            case BookingReserved reserved -> reserved.expiresAt();
            case PaymentStarted started -> started.holdUntil();
            case PaymentDeclined declined -> declined.holdUntil();
            default -> null;
        };
    }

    private static @Nullable PaymentId paymentId(Event event) {
        return switch (event) {
            case PaymentStarted started -> started.paymentId();
            case PaymentActionRequired required -> required.paymentId();
            case PaymentDeclined declined -> declined.paymentId();
            case BookingConfirmed confirmed -> confirmed.paymentId();
            case PaymentCaptured captured -> captured.paymentId();
            case RefundStarted started -> started.paymentId();
            case BookingRefunded refunded -> refunded.paymentId();
            default -> null;
        };
    }

    private static @Nullable String reason(Event event) {
        return switch (event) {
            case PaymentDeclined declined -> declined.reason();
            case BookingReleased released -> released.cause().name();
            default -> null;
        };
    }

    /** What a booking and its tickets tell of the same is stored together, so it is the nearest of its kind. */
    private static Cause cause(TicketEvent event, long position, List<Stored> booking) {
        UserId buyer = null;
        Instant deadline = null;
        Stored nearest = null;
        for (Stored one : booking) {
            if (one.event() instanceof BookingReserved reserved) {
                buyer = reserved.buyerId();
            }
            if (one.position() < position && holdUntil(one.event()) != null) {
                deadline = holdUntil(one.event());
            }
            if (tellsOf(event, one.event())
                    && (nearest == null
                            || Math.abs(one.position() - position) < Math.abs(nearest.position() - position))) {
                nearest = one;
            }
        }
        Event why = nearest == null ? null : nearest.event();
        By by = switch (event) {
            case TicketReserved _ -> By.BUYER;
            case TicketRetimed _, TicketConfirmed _ -> By.PAYMENT;
            case TicketExpired _ -> By.DEADLINE;
            case TicketRefunded _ -> By.ORGANIZER;
            case TicketReleased _ ->
                why instanceof BookingReleased released && released.cause() == ReleaseCause.SHOW_CANCELLED
                        ? By.ORGANIZER
                        : By.BUYER;
        };
        return new Cause(
                by,
                nearest == null ? null : nearest.position(),
                buyer,
                by == By.DEADLINE ? deadline : null,
                why == null ? null : paymentId(why));
    }

    private static boolean tellsOf(TicketEvent ticket, Event booking) {
        return switch (ticket) {
            case TicketReserved _ -> booking instanceof BookingReserved;
            case TicketRetimed _ -> booking instanceof PaymentStarted || booking instanceof PaymentDeclined;
            case TicketConfirmed _ -> booking instanceof BookingConfirmed;
            case TicketReleased _ -> booking instanceof BookingReleased;
            case TicketExpired _ -> booking instanceof BookingExpired;
            case TicketRefunded _ -> booking instanceof BookingRefunded;
        };
    }
}
