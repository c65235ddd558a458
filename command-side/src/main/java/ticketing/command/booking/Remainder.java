package ticketing.command.booking;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.payment.PaymentId;

/**
 * What is still to be done for a booking after its alarm.
 *
 * @param holdUntil the hold goes on until then; look again
 * @param toVoid payments that came to nothing and may still be open at the provider
 * @param toCapture a payment whose seats are sold and whose money is not taken; absent while it goes back
 * @param refunding a refund that was begun
 */
public record Remainder(
        @Nullable Instant holdUntil,
        List<PaymentId> toVoid,
        @Nullable PaymentId toCapture,
        boolean refunding) {

    static final Remainder NOTHING = new Remainder(null, List.of(), null, false);
}
