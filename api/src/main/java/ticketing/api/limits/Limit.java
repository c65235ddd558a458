package ticketing.api.limits;

import java.util.Locale;

/** What is limited, each by its own bucket per caller. */
public enum Limit {
    REGISTRATION,
    LOGIN,
    WRONG_PASSWORD,
    BOOKING,
    WRITE,
    READ;

    /** Its name in the RateLimit headers. */
    String policy() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
