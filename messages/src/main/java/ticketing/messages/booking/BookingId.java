package ticketing.messages.booking;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import ticketing.messages.Identifier;
import ticketing.messages.show.ShowId;

/** Names a booking: its show's identifier, {@code -b} and a rest that nobody can guess. */
public record BookingId(@JsonValue String value) implements Identifier {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public BookingId {
        Identifier.check(value);
        int mark = value.indexOf("-b");
        if (mark < 1 || mark != value.indexOf('-') || value.length() == mark + 2) {
            throw new IllegalArgumentException("not the identifier of a booking");
        }
    }

    /** A booking at this show. */
    public static BookingId of(ShowId show, String rest) {
        return new BookingId(show.value() + "-b" + rest);
    }

    public ShowId showId() {
        return new ShowId(value.substring(0, value.indexOf('-')));
    }

    @Override
    public String toString() {
        return value;
    }
}
