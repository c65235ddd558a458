package ticketing.projections.feed;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.StoredAs;
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
import ticketing.messages.performer.PerformerEvent;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowEvent.ShowDrafted;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowEvent.ShowRevised;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.venue.VenueEvent;
import ticketing.projections.replay.StoredEvents.Stored;

/**
 * An event as other systems hear of it. What it says of people it does not say: the fields are copied one by one, so nothing that an event has beside them, now or one
 * day, can get into the feed.
 *
 * @param position in the event store; ask for the next with this one plus 1
 * @param type under which it is stored, for example {@code ticket.TicketConfirmed}
 * @param at when it happened
 * @param data what it is about, by names as in the HTTP API
 */
public record FeedEvent(long position, String type, Instant at, Data data) {

    /** What an event is about; what it has nothing to do with is absent. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Data(
            @Nullable String eventId,
            @Nullable String venueId,
            @Nullable String performerId,
            @Nullable String ticketId,
            @Nullable String bookingId,
            @Nullable List<String> ticketIds,
            @Nullable Money amount,
            @Nullable Instant holdUntil) {

        private static Data ofTicket(
                TicketId ticket, BookingId booking, @Nullable Money amount, @Nullable Instant until) {
            return new Data(ticket.showId().value(), null, null, ticket.value(), booking.value(), null, amount, until);
        }

        private static Data ofBooking(BookingId booking, @Nullable Money amount, @Nullable Instant until) {
            return new Data(booking.showId().value(), null, null, null, booking.value(), null, amount, until);
        }

        private static Data ofShow(ShowId show) {
            return new Data(show.value(), null, null, null, null, null, null, null);
        }
    }

    static FeedEvent of(Stored stored) {
        Event event = stored.event();
        return new FeedEvent(
                stored.position(),
                event.getClass().getAnnotation(StoredAs.class).value(),
                stored.at(),
                data(event));
    }

    private static Data data(Event event) {
        return switch (event) {
            case TicketEvent ticket -> data(ticket);
            case BookingEvent booking -> data(booking);
            case ShowEvent show ->
                switch (show) {
                    case ShowDrafted _, ShowRevised _, ShowPublished _, ShowCancelled _ -> Data.ofShow(show.showId());
                };
            case VenueEvent venue -> new Data(null, venue.venueId().value(), null, null, null, null, null, null);
            case PerformerEvent performer ->
                new Data(null, null, performer.performerId().value(), null, null, null, null, null);
            default -> throw new IllegalArgumentException("not for the feed: " + event.getClass());
        };
    }

    private static Data data(TicketEvent event) {
        TicketId ticket = event.ticketId();
        BookingId booking = event.bookingId();
        return switch (event) {
            case TicketReserved reserved -> Data.ofTicket(ticket, booking, reserved.price(), reserved.expiresAt());
            case TicketRetimed retimed -> Data.ofTicket(ticket, booking, null, retimed.expiresAt());
            case TicketConfirmed confirmed -> Data.ofTicket(ticket, booking, confirmed.price(), null);
            case TicketReleased _, TicketExpired _ -> Data.ofTicket(ticket, booking, null, null);
            case TicketRefunded refunded -> Data.ofTicket(ticket, booking, refunded.price(), null);
        };
    }

    private static Data data(BookingEvent event) {
        BookingId booking = event.bookingId();
        return switch (event) {
            case BookingReserved reserved ->
                new Data(
                        booking.showId().value(),
                        null,
                        null,
                        null,
                        booking.value(),
                        reserved.tickets().stream()
                                .map(BookedTicket::ticketId)
                                .map(TicketId::value)
                                .toList(),
                        reserved.total(),
                        reserved.expiresAt());
            case PaymentStarted started -> Data.ofBooking(booking, started.amount(), started.holdUntil());
            case PaymentActionRequired _ -> Data.ofBooking(booking, null, null);
            // Why somebody's card was declined is nobody else's business.
            case PaymentDeclined declined -> Data.ofBooking(booking, null, declined.holdUntil());
            case BookingConfirmed _, BookingReleased _, BookingExpired _ -> Data.ofBooking(booking, null, null);
            case PaymentCaptured captured -> Data.ofBooking(booking, captured.amount(), null);
            case RefundStarted started -> Data.ofBooking(booking, started.amount(), null);
            case BookingRefunded refunded -> Data.ofBooking(booking, refunded.amount(), null);
        };
    }
}
