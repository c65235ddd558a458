package ticketing.command.payment;

import org.axonframework.commandhandling.CommandHandler;
import org.springframework.stereotype.Component;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.PaymentNotFound;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.Payment;
import ticketing.messages.payment.CompleteSandboxPayment;

/** The bank behind the sandbox, on whose page a buyer would prove who they are. A real provider's webhook goes on with a payment in the same way. */
@Component
@ConditionalOnSandbox
final class SandboxBank {

    private final SandboxProvider provider;
    private final Checkout checkout;

    SandboxBank(SandboxProvider provider, Checkout checkout) {
        this.provider = provider;
        this.checkout = checkout;
    }

    @CommandHandler
    Payment handle(CompleteSandboxPayment command) throws Exception {
        BookingId bookingId = provider.bookingOf(command.paymentId())
                .orElseThrow(() ->
                        new Rejected(new PaymentNotFound(command.paymentId().value())));
        return checkout.resume(
                bookingId, command.paymentId(), command.buyerId(), () -> provider.completeAction(command.paymentId()));
    }
}
