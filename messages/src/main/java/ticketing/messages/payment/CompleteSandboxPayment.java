package ticketing.messages.payment;

import ticketing.messages.Command;
import ticketing.messages.UserId;

/**
 * Plays the buyer who satisfies the bank in the sandbox, and goes on with the payment. Answered with {@link ticketing.messages.booking.Payment}.
 *
 * @param buyerId who asks; only the booking's buyer may
 */
public record CompleteSandboxPayment(PaymentId paymentId, UserId buyerId) implements Command {

    @Override
    public PaymentId target() {
        return paymentId;
    }
}
