package ticketing.auditor;

import java.util.Locale;

/** What can be wrong with a store. */
public enum FaultKind {
    /** A position is missing, or there are events beyond the head. */
    POSITION_GAP("a position of the store is missing"),
    /** An aggregate's events are not numbered 0, 1, 2, … in the order of their positions. */
    SEQUENCE_GAP("an aggregate's events are not numbered without a gap"),
    /** An event of a name, revision or shape that is not known. */
    UNKNOWN_EVENT("an event cannot be understood"),
    /** An event that cannot follow the one before it. */
    OUT_OF_ORDER("an event cannot follow the one before it"),
    /** A ticket of a seat that the show does not have or does not sell. */
    NO_SUCH_SEAT("a ticket of a seat that is not for sale"),
    /** A seat held for one booking while it was held for, or sold to, another. */
    HELD_BY_TWO("a seat is held by two"),
    /** A seat sold while it was sold. */
    SOLD_TWICE("a seat is sold twice"),
    /** A seat sold to a booking that did not hold it, or not any more. */
    SOLD_WITHOUT_HOLD("a seat is sold without a hold"),
    /** A sale for which no payment was authorised. */
    SOLD_WITHOUT_PAYMENT("a sale without a payment"),
    /** A hold ended before its time. */
    HOLD_CUT_SHORT("a hold ended before its time"),
    /** A booking says other than its tickets. */
    BOOKING_DIFFERS("a booking and its tickets say different things"),
    /** An amount that is not what was quoted. */
    WRONG_AMOUNT("an amount is wrong"),
    /** A section in which held and sold seats are more than there are, or fewer than none. */
    OVERSOLD("held + sold + available is not the capacity"),
    /** Money taken twice for one booking, or for one that was not sold. */
    CAPTURED_TWICE("money was taken twice"),
    /** Money for a sale that was not taken within a quarter of an hour. */
    MONEY_NOT_TAKEN("money for sold tickets was not taken"),
    /** A refund of something that had not been sold. */
    REFUND_WITHOUT_SALE("a refund without a sale"),
    /** A show's money that does not add up. */
    MONEY_DIFFERS("money captured is not tickets sold less refunds"),
    /** A row of a read model that says other than the events. */
    VIEW_ROW_WRONG("a row of a read model is wrong"),
    /** A row that a read model ought to have. */
    VIEW_ROW_MISSING("a row of a read model is missing"),
    /** A row of a read model of which no event tells. */
    VIEW_ROW_EXTRA("a row of a read model has no event");

    private final String sentence;

    FaultKind(String sentence) {
        this.sentence = sentence;
    }

    /** Stable name for metrics and machines, for example {@code sold-twice}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** For people. */
    public String sentence() {
        return sentence;
    }
}
