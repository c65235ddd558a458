package ticketing.messages.booking;

import ticketing.messages.Money;
import ticketing.messages.payment.PaymentId;

/**
 * What to ask the provider for.
 *
 * @param settled whether everything has been done already, so that there is nothing to ask
 */
public record PaymentOrder(PaymentId paymentId, String paymentMethod, Money amount, boolean settled) {}
