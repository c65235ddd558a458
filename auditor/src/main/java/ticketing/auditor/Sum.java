package ticketing.auditor;

import java.math.BigDecimal;

/** An amount of one currency, possibly negative; equal whatever zeros follow. */
record Sum(BigDecimal amount, String currency) {

    Sum {
        amount = amount.signum() == 0 ? BigDecimal.ZERO : amount.stripTrailingZeros();
    }

    @Override
    public String toString() {
        return amount.toPlainString() + " " + currency;
    }
}
