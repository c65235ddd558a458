package ticketing.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The pseudonym of a person: all that events ever know of them. */
public record UserId(@JsonValue String value) implements Identifier {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public UserId {
        Identifier.check(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
