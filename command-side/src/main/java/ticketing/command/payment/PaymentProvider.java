package ticketing.command.payment;

import java.time.Duration;
import ticketing.messages.Money;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.PaymentId;

/**
 * A payment provider, shaped like Stripe's PaymentIntents with manual capture (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method): the money is
 * reserved first and taken only when the seats are sold. Every call may be repeated with the same payment and then does nothing a second time; the payment's
 * identifier serves as the provider's idempotency key. A call that throws leaves the outcome open.
 *
 * <p>Every call answers or throws within {@link #TIMEOUT}; an implementation sets its own connection's limits below that. Whoever is slower is interrupted and
 * taken not to have answered ({@link BoundedProvider}).
 */
public interface PaymentProvider {

    /** How long one call may take. Short enough that an authorisation and a capture fit into a buyer's patience. */
    Duration TIMEOUT = Duration.ofSeconds(10);

    /** Whether the provider could know a payment method of this name at all. */
    boolean accepts(String paymentMethod);

    /** Which payment methods it takes, in words that a person can choose from. */
    String methods();

    /** Reserves the amount, or says what stands in the way. */
    Authorization authorize(PaymentId paymentId, BookingId bookingId, Money amount, String paymentMethod);

    /** How the payment stands now. */
    Authorization retrieve(PaymentId paymentId);

    /**
     * Takes the reserved money.
     *
     * @return whether it has been taken, by this call or an earlier one; false if there is none to take, because it was let go or given back
     */
    boolean capture(PaymentId paymentId);

    /** Lets go of money that was reserved and not taken; nothing if there is none. */
    void cancel(PaymentId paymentId);

    /** Gives back what was taken, or lets go of what was only reserved; after that nothing of it can be taken any more. */
    void refund(PaymentId paymentId);

    /** How a payment stands at the provider. */
    sealed interface Authorization {

        /** The money is reserved, or even taken by an earlier run of the same payment. */
        record Authorized() implements Authorization {}

        /** The buyer has to do something at the bank first. */
        record RequiresAction() implements Authorization {}

        /** @param reason the provider's decline code */
        record Declined(String reason) implements Authorization {}

        /** The provider knows of no such payment. */
        record Unknown() implements Authorization {}
    }
}
