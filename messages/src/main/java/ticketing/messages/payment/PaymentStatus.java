package ticketing.messages.payment;

/** Where a payment stands, in the buyer's words. */
public enum PaymentStatus {
    /** Asked for; the provider has not answered yet. */
    PROCESSING,
    /** The buyer has to do something at the bank. */
    REQUIRES_ACTION,
    /** The money is reserved and will be taken. */
    AUTHORIZED,
    /** The money is taken. */
    CAPTURED,
    DECLINED,
    REFUNDED
}
