package ticketing.messages.show;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import ticketing.messages.Identifier;

/**
 * Names a show. It holds no hyphen: a ticket's and a booking's identifier are their show's, a hyphen and a rest, so that
 * everything of one show is one contiguous key range in the event store.
 */
public record ShowId(@JsonValue String value) implements Identifier {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ShowId {
        Identifier.check(value);
        if (value.indexOf('-') >= 0) {
            throw new IllegalArgumentException("not the identifier of a show");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
