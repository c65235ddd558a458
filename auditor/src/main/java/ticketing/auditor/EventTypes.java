package ticketing.auditor;

import java.util.Map;
import java.util.Set;

/** The stored names that the auditor knows, and which event may follow which within a booking or a show. */
final class EventTypes {

    static final String REVISION = "1";

    static final String SHOW_DRAFTED = "show.ShowDrafted";
    static final String SHOW_REVISED = "show.ShowRevised";
    static final String SHOW_PUBLISHED = "show.ShowPublished";
    static final String SHOW_CANCELLED = "show.ShowCancelled";

    static final String TICKET_RESERVED = "ticket.TicketReserved";
    static final String TICKET_RETIMED = "ticket.TicketRetimed";
    static final String TICKET_CONFIRMED = "ticket.TicketConfirmed";
    static final String TICKET_RELEASED = "ticket.TicketReleased";
    static final String TICKET_EXPIRED = "ticket.TicketExpired";
    static final String TICKET_REFUNDED = "ticket.TicketRefunded";

    static final String RESERVED = "booking.BookingReserved";
    static final String PAYMENT_STARTED = "booking.PaymentStarted";
    static final String ACTION_REQUIRED = "booking.PaymentActionRequired";
    static final String DECLINED = "booking.PaymentDeclined";
    static final String CONFIRMED = "booking.BookingConfirmed";
    static final String CAPTURED = "booking.PaymentCaptured";
    static final String RELEASED = "booking.BookingReleased";
    static final String EXPIRED = "booking.BookingExpired";
    static final String REFUND_STARTED = "booking.RefundStarted";
    static final String REFUNDED = "booking.BookingRefunded";

    static final String VENUE_OPENED = "venue.VenueOpened";
    static final String VENUE_REVISED = "venue.VenueRevised";
    static final String SEAT_MAP_DRAWN = "venue.SeatMapDrawn";
    static final String PERFORMER_ADDED = "performer.PerformerAdded";
    static final String PERFORMER_REVISED = "performer.PerformerRevised";

    /** After one of these somebody holds the seat. */
    static final Set<String> HELD = Set.of(TICKET_RESERVED, TICKET_RETIMED);

    /** After one of these somebody holds or has the seat. */
    static final Set<String> TAKEN = Set.of(TICKET_RESERVED, TICKET_RETIMED, TICKET_CONFIRMED);

    private static final String NOTHING = "";

    private static final Set<String> OPEN = Set.of(RESERVED, PAYMENT_STARTED, ACTION_REQUIRED, DECLINED);
    private static final Set<String> PAYING = Set.of(PAYMENT_STARTED, ACTION_REQUIRED);

    /** What may come right before each event; tickets have rules of their own. */
    static final Map<String, Set<String>> MAY_FOLLOW = Map.ofEntries(
            Map.entry(RESERVED, Set.of(NOTHING)),
            Map.entry(PAYMENT_STARTED, OPEN),
            Map.entry(ACTION_REQUIRED, PAYING),
            Map.entry(DECLINED, PAYING),
            Map.entry(CONFIRMED, PAYING),
            Map.entry(CAPTURED, Set.of(CONFIRMED)),
            Map.entry(RELEASED, OPEN),
            Map.entry(EXPIRED, OPEN),
            Map.entry(REFUND_STARTED, Set.of(CONFIRMED, CAPTURED)),
            Map.entry(REFUNDED, Set.of(REFUND_STARTED)),
            Map.entry(SHOW_DRAFTED, Set.of(NOTHING)),
            Map.entry(SHOW_REVISED, Set.of(SHOW_DRAFTED, SHOW_REVISED, SHOW_PUBLISHED)),
            Map.entry(SHOW_PUBLISHED, Set.of(SHOW_DRAFTED, SHOW_REVISED)),
            Map.entry(SHOW_CANCELLED, Set.of(SHOW_DRAFTED, SHOW_REVISED, SHOW_PUBLISHED)),
            Map.entry(VENUE_OPENED, Set.of(NOTHING)),
            Map.entry(VENUE_REVISED, Set.of(VENUE_OPENED, VENUE_REVISED, SEAT_MAP_DRAWN)),
            Map.entry(SEAT_MAP_DRAWN, Set.of(VENUE_OPENED, VENUE_REVISED, SEAT_MAP_DRAWN)),
            Map.entry(PERFORMER_ADDED, Set.of(NOTHING)),
            Map.entry(PERFORMER_REVISED, Set.of(PERFORMER_ADDED, PERFORMER_REVISED)));

    private EventTypes() {}
}
