package ticketing.command.payment;

import ticketing.messages.Money;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.PaymentId;

/**
 * A payment provider, shaped like Stripe's PaymentIntents with manual capture (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method): the money is
 * reserved first and taken only when the seats are sold. Every call may be repeated with the same payment and then does nothing a second time; the payment's
 * identifier serves as the provider's idempotency key. A call that throws leaves the outcome open.
 */
public interface PaymentProvider {

    /** Whether the provider could know a payment method of this name at all. */
    boolean accepts(String paymentMethod);

    /** Which payment methods it takes, in words that a person can choose from. */
    String methods();

    /** Reserves the amount, or says what stands in the way. */
    Authorization authorize(PaymentId paymentId, BookingId bookingId, Money amount, String paymentMethod);

    /** How the payment stands now. */
    Authorization retrieve(PaymentId paymentId);

    /** Takes the reserved money. */
    void capture(PaymentId paymentId);

    /** Lets go of money that was reserved and not taken; nothing if there is none. */
    void cancel(PaymentId paymentId);

    /** Gives back what was taken, or lets go of what was only reserved. */
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
