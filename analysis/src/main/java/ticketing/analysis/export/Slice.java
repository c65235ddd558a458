package ticketing.analysis.export;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private static final Pattern SHOW = Pattern.compile("[A-Za-z0-9_.~]{1,100}");
    private static final Pattern TYPE = Pattern.compile("[a-z]+\\.([A-Za-z]+|\\*)");

    public Slice {
        if (show != null && !SHOW.matcher(show).matches()) {
            throw new IllegalArgumentException("A show is named by its identifier, not by " + show + ".");
        }
        if (type != null && !TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException(
                    "A type is such as ticket.TicketConfirmed or ticket.*, not " + type + ".");
        }
        if (isOutside(since) || isOutside(until)) {
            throw new IllegalArgumentException("A slice lies between the years 1 and 9999.");
        }
        if (since != null && until != null && !since.isBefore(until)) {
            throw new IllegalArgumentException("A slice ends after it begins.");
        }
    }

    /** Not every instant is one to the database. */
    private static boolean isOutside(@Nullable Instant moment) {
        return moment != null && (moment.isBefore(FIRST) || !moment.isBefore(END));
    }

    /**
     * Whether there can be events of the type at all.
     *
     * @param types every type that an event can have
     */
    boolean isOfKnownType(Collection<String> types) {
        return type == null
                || types.stream()
                        .anyMatch(
                                type.endsWith(".*")
                                        ? one -> one.startsWith(type.substring(0, type.length() - 1))
                                        : type::equals);
    }

    /** In words, the same for the same slice: {@code everything}, or {@code since …, show …}. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        if (since != null) {
            words.add("since " + since);
        }
        if (until != null) {
            words.add("until " + until);
        }
        if (show != null) {
            words.add("show " + show);
        }
        if (type != null) {
            words.add("type " + type);
        }
        return words.isEmpty() ? "everything" : String.join(", ", words);
    }
}
