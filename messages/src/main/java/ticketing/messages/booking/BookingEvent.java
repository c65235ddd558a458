package ticketing.messages.booking;

import java.time.Instant;
import java.util.List;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.StoredAs;
import ticketing.messages.UserId;
import ticketing.messages.payment.PaymentId;

/** What happened to a booking. What happened to its tickets stands in their own events. */
public sealed interface BookingEvent extends Event {

    BookingId bookingId();

    /** @param expiresAt when the hold on all of the tickets ends */
    @StoredAs("booking.BookingReserved")
    record BookingReserved(
            BookingId bookingId,
            UserId buyerId,
            List<BookedTicket> tickets,
            Money total,
            Instant reservedAt,
            Instant expiresAt)
            implements BookingEvent {}

    /** @param holdUntil the hold's end from now on: a payment that began in time is not cut off by the clock */
    @StoredAs("booking.PaymentStarted")
    record PaymentStarted(
            BookingId bookingId,
            PaymentId paymentId,
            String paymentMethod,
            Money amount,
            Instant startedAt,
            Instant holdUntil)
            implements BookingEvent {}

    @StoredAs("booking.PaymentActionRequired")
    record PaymentActionRequired(BookingId bookingId, PaymentId paymentId) implements BookingEvent {}

    /** @param holdUntil the hold's end from now on: the first one again */
    @StoredAs("booking.PaymentDeclined")
    record PaymentDeclined(BookingId bookingId, PaymentId paymentId, String reason, Instant holdUntil)
            implements BookingEvent {}

    @StoredAs("booking.BookingConfirmed")
    record BookingConfirmed(BookingId bookingId, PaymentId paymentId, Instant confirmedAt) implements BookingEvent {}

    @StoredAs("booking.PaymentCaptured")
    record PaymentCaptured(BookingId bookingId, PaymentId paymentId, Money amount) implements BookingEvent {}

    /** @param cause why the hold ended before its time */
    @StoredAs("booking.BookingReleased")
    record BookingReleased(BookingId bookingId, ReleaseCause cause, Instant releasedAt) implements BookingEvent {}

    @StoredAs("booking.BookingExpired")
    record BookingExpired(BookingId bookingId, Instant expiredAt) implements BookingEvent {}

    @StoredAs("booking.RefundStarted")
    record RefundStarted(BookingId bookingId, PaymentId paymentId, Money amount) implements BookingEvent {}

    @StoredAs("booking.BookingRefunded")
    record BookingRefunded(BookingId bookingId, PaymentId paymentId, Money amount, Instant refundedAt)
            implements BookingEvent {}

    /** Why a hold ended before its time. */
    enum ReleaseCause {
        BUYER,
        SHOW_CANCELLED
    }
}
