package ticketing.auditor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row of the store with its neighbour.
 *
 * @param sequence its number within its aggregate, from 0
 * @param before the event of the same aggregate with the number before; absent for the first, and where it is missing
 * @param first the aggregate's first event if that is neither this one nor the one before; bookings only
 */
record StoredEvent(
        long position,
        String aggregate,
        long sequence,
        String type,
        @Nullable String revision,
        Payload payload,
        @Nullable Earlier before,
        @Nullable Payload first) {

    /** An earlier event of the same aggregate. */
    record Earlier(long position, String type, Payload payload) {}

    /** The type of the event before; empty for none. */
    String typeBefore() {
        return before == null ? "" : before.type();
    }

    Payload payloadBefore() {
        return Objects.requireNonNull(before, "there is none before").payload();
    }

    /** The show that an aggregate's identifier begins with. */
    static String showOf(String aggregate) {
        int hyphen = aggregate.indexOf('-');
        return hyphen < 0 ? aggregate : aggregate.substring(0, hyphen);
    }

    /** The seat that a ticket's identifier ends with; -1 if it is no ticket's. */
    static int seatOf(String ticket) {
        int hyphen = ticket.indexOf('-');
        String digits = ticket.substring(hyphen + 1);
        return hyphen > 0 && digits.matches("\\d{1,7}") ? Integer.parseInt(digits) : -1;
    }
}
