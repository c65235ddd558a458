package ticketing.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.regex.Pattern;

/**
 * An amount of one currency, not negative, with exactly the currency's fraction digits.
 *
 * @param amount in the currency's main unit, for example 49.50; a decimal string in JSON
 * @param currency ISO 4217 code
 */
public record Money(
        @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal amount, String currency) {

    /** Every amount is below this. */
    public static final BigDecimal LARGEST = new BigDecimal("10000000000");

    private static final Pattern DECIMAL = Pattern.compile("\\d{1,12}(\\.\\d{1,6})?");

    public Money {
        int digits;
        try {
            digits = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("currency must be an ISO 4217 code", e);
        }
        if (amount.signum() < 0 || amount.compareTo(LARGEST) >= 0) {
            throw new IllegalArgumentException("amount must be between 0 and 10000000000");
        }
        try {
            amount = amount.setScale(digits, RoundingMode.UNNECESSARY);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("amount has more than " + digits + " decimals", e);
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    static Money fromJson(@JsonProperty("amount") String amount, @JsonProperty("currency") String currency) {
        if (amount == null || currency == null) {
            throw new IllegalArgumentException("an amount and a currency are needed");
        }
        if (!DECIMAL.matcher(amount).matches()) {
            throw new IllegalArgumentException(
                    "amount must be a decimal number in quotes, not negative, such as \"49.50\"");
        }
        return new Money(new BigDecimal(amount), currency);
    }

    /**
     * The sum of both.
     *
     * @throws IllegalArgumentException if the currencies differ
     */
    public Money plus(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("cannot add " + other.currency + " to " + currency);
        }
        return new Money(amount.add(other.amount), currency);
    }

    /** The amount in the currency's smallest unit, as payment providers count. */
    public long minorUnits() {
        return amount.unscaledValue().longValueExact();
    }

    /** The amount of this many smallest units. */
    public static Money ofMinorUnits(long units, String currency) {
        int digits = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        return new Money(BigDecimal.valueOf(units, digits), currency);
    }
}
