package ticketing.api.payment;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.Dispatch;
import ticketing.api.Visibility;
import ticketing.api.idempotency.Idempotency;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.Caller;
import ticketing.messages.booking.Payment;
import ticketing.messages.payment.CompleteSandboxPayment;
import ticketing.messages.payment.PaymentId;

/** Plays the bank's page on which a buyer proves who they are; not there where another provider takes the money. */
@RestController
@ConditionalOnProperty(name = "ticketing.payment.provider", havingValue = "sandbox", matchIfMissing = true)
class SandboxController {

    private final Dispatch dispatch;
    private final Visibility visibility;
    private final Idempotency idempotency;

    SandboxController(Dispatch dispatch, Visibility visibility, Idempotency idempotency) {
        this.dispatch = dispatch;
        this.visibility = visibility;
        this.idempotency = idempotency;
    }

    /** The buyer has satisfied the bank; the payment goes on. */
    @PostMapping("/v1/sandbox/payments/{paymentId}/complete")
    ResponseEntity<?> complete(
            @PathVariable String paymentId,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            Caller caller) {
        PaymentId id;
        try {
            id = new PaymentId(paymentId);
        } catch (IllegalArgumentException e) {
            throw new Problem(ProblemCode.PAYMENT_NOT_FOUND, "There is no such payment.");
        }
        return idempotency.once(caller, key, "", () -> {
            Payment payment = dispatch.pay(new CompleteSandboxPayment(id, caller.id()), Payment.class);
            visibility.await("paymentId", id, "booking-view", "seat-view");
            return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(payment);
        });
    }
}
