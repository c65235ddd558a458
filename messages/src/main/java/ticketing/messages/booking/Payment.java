package ticketing.messages.booking;

import ticketing.messages.Money;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.payment.PaymentStatus;

/** The answer to an attempt to pay. */
public record Payment(PaymentId paymentId, PaymentStatus status, Money amount) {}
