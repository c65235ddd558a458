package ticketing.analysis.export;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the store is exported; what is absent does not restrict it.
 *
 * @param since the first moment
 * @param until the moment from which on nothing is exported
 * @param show everything of this show alone: its own events, its tickets' and its bookings'
 * @param type a stored type name, or the beginning of one and {@code *}: {@code ticket.*}
 */
public record Slice(
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable String show,
        @Nullable String type) {

    /** The whole store. */
    public static final Slice ALL = new Slice(null, null, null, null);

    private static final Pattern SHOW = Pattern.compile("[A-Za-z0-9_.~]{1,100}");
    private static final Pattern TYPE = Pattern.compile("[a-z]+\\.([A-Za-z]+|\\*)");

    public Slice {
        if (show != null && !SHOW.matcher(show).matches()) {
            throw new IllegalArgumentException("a show is named by its identifier, not by " + show);
        }
        if (type != null && !TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("a type is such as ticket.TicketConfirmed or ticket.*, not " + type);
        }
        if (since != null && until != null && !since.isBefore(until)) {
            throw new IllegalArgumentException("a slice ends after it begins");
        }
    }
}
