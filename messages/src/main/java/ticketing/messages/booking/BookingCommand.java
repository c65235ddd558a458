package ticketing.messages.booking;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Command;
import ticketing.messages.UserId;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.ticket.TicketId;

/** Orders to a booking. */
public sealed interface BookingCommand extends Command {

    BookingId bookingId();

    @Override
    default BookingId target() {
        return bookingId();
    }

    /**
     * Holds all of the tickets or none. Answered with {@link Reserved}; the same command again gets the same answer.
     *
     * @param ticketIds if there are none, because none could be found, the refusal says what the show has against it, or that seats are short
     * @param best how many tickets of the platform's choice the buyer wants, 0 if the tickets are the buyer's own choice: only then do others under the
     *     same booking make it another command
     */
    record ReserveBooking(BookingId bookingId, UserId buyerId, List<TicketId> ticketIds, int best)
            implements BookingCommand {
        public ReserveBooking {
            ticketIds = List.copyOf(ticketIds);
        }

        /** Of tickets that the buyer has chosen. */
        public ReserveBooking(BookingId bookingId, UserId buyerId, List<TicketId> ticketIds) {
            this(bookingId, buyerId, ticketIds, 0);
        }

        /** Of tickets that the platform has chosen: so many, or none if there are not so many. */
        public static ReserveBooking best(BookingId bookingId, UserId buyerId, List<TicketId> ticketIds, int quantity) {
            return new ReserveBooking(bookingId, buyerId, ticketIds, quantity);
        }
    }

    /**
     * Pays for a reserved booking and confirms it: authorise, confirm the seats, capture. Answered with {@link Payment}.
     *
     * @param paymentMethod the provider's name of the method
     */
    record PayBooking(BookingId bookingId, UserId buyerId, String paymentMethod) implements BookingCommand {}

    /** Notes that the provider is about to be asked for the booking's total. Answered with {@link PaymentOrder}. */
    record StartPayment(BookingId bookingId, UserId buyerId, String paymentMethod) implements BookingCommand {}

    /** Notes that the buyer has to do something at the bank first. */
    record AwaitPaymentAction(BookingId bookingId, PaymentId paymentId) implements BookingCommand {}

    /** Sells the seats, now that the money is reserved. */
    record ConfirmBooking(BookingId bookingId, PaymentId paymentId) implements BookingCommand {}

    /**
     * Notes that the provider said no. A hold that only the payment had carried on ends with it. Answered with the {@link BookingStatus} after it: RESERVED
     * if the buyer can try again.
     */
    record DeclinePayment(BookingId bookingId, PaymentId paymentId, String reason) implements BookingCommand {}

    /** Notes that the money has been taken. */
    record RecordCapture(BookingId bookingId, PaymentId paymentId) implements BookingCommand {}

    /** The buyer gives the hold back. */
    record ReleaseBooking(BookingId bookingId, UserId buyerId) implements BookingCommand {}

    /** The show is cancelled: the hold ends. */
    record CancelBooking(BookingId bookingId) implements BookingCommand {}

    /** Ends a hold whose time is up; too early, too late or twice it changes nothing. */
    record ExpireBooking(BookingId bookingId) implements BookingCommand {}

    /**
     * Takes a sold booking back: money first, then the seats are free again.
     *
     * @param organizerId who asks, and has to be the show's organizer; absent if the platform itself does
     */
    record RefundBooking(BookingId bookingId, @Nullable UserId organizerId) implements BookingCommand {}

    /** Notes that the money is about to go back. Answered with {@link PaymentOrder}. */
    record StartRefund(BookingId bookingId) implements BookingCommand {}

    /** Notes that the money went back and frees the seats. */
    record CompleteRefund(BookingId bookingId, PaymentId paymentId) implements BookingCommand {}

    /** Refuses, as if there were no such booking, whoever is not its buyer. */
    record CheckBuyer(BookingId bookingId, UserId buyerId) implements BookingCommand {}

    /** Asks what the booking costs. Answered with {@link ticketing.messages.Money}. */
    record TotalOf(BookingId bookingId) implements BookingCommand {}
}
