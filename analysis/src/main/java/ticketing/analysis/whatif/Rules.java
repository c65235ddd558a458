package ticketing.analysis.whatif;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Under which rules a sale is run again; what is absent stays as it was.
 *
 * @param hold how long a hold lasts
 * @param ticketLimit tickets that one booking may have; a buyer who wanted more takes as many as this
 * @param admitPerMinute buyers let in a minute, first come first served; each then takes as long as in reality
 * @param prices by section, in the show's currency
 * @param elasticity by how many per cent fewer buy where the price is one per cent higher, as a positive number; 0: all buy all the same
 * @param secondChoice which part, 0 to 1, of those whose seats are taken take others of the same section instead of leaving
 * @param seed of the choices that nobody has recorded; the same seed makes the same choices
 */
public record Rules(
        @Nullable Duration hold,
        @Nullable Integer ticketLimit,
        @Nullable Integer admitPerMinute,
        Map<String, BigDecimal> prices,
        double elasticity,
        double secondChoice,
        long seed) {

    /** Everything as it was. */
    public static final Rules UNCHANGED = new Rules(null, null, null, Map.of(), 0, 0.5, 1);

    public Rules {
        prices = Map.copyOf(prices);
        check(hold == null || (!hold.isNegative() && !hold.isZero()), "A hold lasts a second at least.");
        check(ticketLimit == null || ticketLimit > 0, "A booking has one ticket at least.");
        check(admitPerMinute == null || admitPerMinute > 0, "One buyer a minute is admitted at least.");
        check(elasticity >= 0 && elasticity <= 100, "The elasticity is between 0 and 100.");
        check(secondChoice >= 0 && secondChoice <= 1, "The part that takes other seats is between 0 and 1.");
        check(prices.values().stream().allMatch(price -> price.signum() >= 0), "Prices are not negative.");
    }

    private static void check(boolean fine, String otherwise) {
        if (!fine) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
