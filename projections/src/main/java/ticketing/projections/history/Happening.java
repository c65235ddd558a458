package ticketing.projections.history;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Event;
import ticketing.messages.StoredAs;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.ticket.TicketEvent;

/** What can happen to a show, its tickets and its bookings. The codes are in the tables of the history and never change their meaning. */
public enum Happening {
    SHOW_DRAFTED(0, ShowEvent.ShowDrafted.class),
    SHOW_REVISED(1, ShowEvent.ShowRevised.class),
    SHOW_PUBLISHED(2, ShowEvent.ShowPublished.class),
    SHOW_CANCELLED(3, ShowEvent.ShowCancelled.class),
    TICKET_RESERVED(10, TicketEvent.TicketReserved.class),
    TICKET_RETIMED(11, TicketEvent.TicketRetimed.class),
    TICKET_CONFIRMED(12, TicketEvent.TicketConfirmed.class),
    TICKET_RELEASED(13, TicketEvent.TicketReleased.class),
    TICKET_EXPIRED(14, TicketEvent.TicketExpired.class),
    TICKET_REFUNDED(15, TicketEvent.TicketRefunded.class),
    BOOKING_RESERVED(20, BookingEvent.BookingReserved.class),
    PAYMENT_STARTED(21, BookingEvent.PaymentStarted.class),
    PAYMENT_ACTION_REQUIRED(22, BookingEvent.PaymentActionRequired.class),
    PAYMENT_DECLINED(23, BookingEvent.PaymentDeclined.class),
    BOOKING_CONFIRMED(24, BookingEvent.BookingConfirmed.class),
    PAYMENT_CAPTURED(25, BookingEvent.PaymentCaptured.class),
    BOOKING_RELEASED(26, BookingEvent.BookingReleased.class),
    BOOKING_EXPIRED(27, BookingEvent.BookingExpired.class),
    REFUND_STARTED(28, BookingEvent.RefundStarted.class),
    BOOKING_REFUNDED(29, BookingEvent.BookingRefunded.class);

    private static final int NO_STATUS = -1;

    private static final Map<Class<?>, Happening> BY_EVENT =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(one -> one.event, Function.identity()));

    private static final @Nullable Happening[] BY_CODE = new @Nullable Happening[32];

    static {
        for (Happening one : values()) {
            BY_CODE[one.code] = one;
        }
    }

    private final byte code;
    private final Class<? extends Event> event;
    private final String storedName;

    Happening(int code, Class<? extends Event> event) {
        this.code = (byte) code;
        this.event = event;
        this.storedName = event.getAnnotation(StoredAs.class).value();
    }

    /** In the tables, and in a timeline. */
    public byte code() {
        return code;
    }

    /** Under which its events are stored, for example {@code ticket.TicketReserved}. */
    public String storedName() {
        return storedName;
    }

    /** Whether it happens to one seat. */
    public boolean isOfTicket() {
        return TicketEvent.class.isAssignableFrom(event);
    }

    /** The seat's status from then on, 0 available, 1 held, 2 sold; -1 if it is no ticket's event. */
    int seatStatus() {
        return switch (this) {
            case TICKET_RESERVED, TICKET_RETIMED -> 1;
            case TICKET_CONFIRMED -> 2;
            case TICKET_RELEASED, TICKET_EXPIRED, TICKET_REFUNDED -> 0;
            default -> NO_STATUS;
        };
    }

    /** @throws IllegalArgumentException if events of this class happen to no show */
    static Happening of(Event event) {
        Happening found = BY_EVENT.get(event.getClass());
        if (found == null) {
            throw new IllegalArgumentException("the history does not know " + event.getClass());
        }
        return found;
    }

    static Happening ofCode(int code) {
        Happening found = code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
        if (found == null) {
            throw new IllegalStateException("the history has an entry of code " + code);
        }
        return found;
    }
}
