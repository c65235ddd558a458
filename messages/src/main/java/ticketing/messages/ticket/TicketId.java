package ticketing.messages.ticket;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import ticketing.messages.Identifier;
import ticketing.messages.show.ShowId;

/**
 * Names the ticket of one seat at one show: the show's identifier, a hyphen and the seat's index in the show's layout. Derived, so that no ticket
 * has to be written before somebody wants it.
 */
public record TicketId(@JsonValue String value) implements Identifier {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public TicketId {
        Identifier.check(value);
        int hyphen = value.indexOf('-');
        int digits = value.length() - hyphen - 1;
        if (hyphen < 1 || digits < 1 || digits > 7 || (digits > 1 && value.charAt(hyphen + 1) == '0')) {
            throw new IllegalArgumentException("not the identifier of a ticket");
        }
        for (int i = hyphen + 1; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                throw new IllegalArgumentException("not the identifier of a ticket");
            }
        }
    }

    /** The ticket of the seat with this index (from 0) at this show. */
    public static TicketId of(ShowId show, int seat) {
        return new TicketId(show.value() + '-' + seat);
    }

    public ShowId showId() {
        return new ShowId(value.substring(0, value.indexOf('-')));
    }

    /** The seat's index in the show's layout, from 0. */
    public int seat() {
        return Integer.parseInt(value, value.indexOf('-') + 1, value.length(), 10);
    }

    @Override
    public String toString() {
        return value;
    }
}
