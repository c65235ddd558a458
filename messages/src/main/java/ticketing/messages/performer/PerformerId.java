package ticketing.messages.performer;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import ticketing.messages.Identifier;

/** Names a performer. */
public record PerformerId(@JsonValue String value) implements Identifier {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public PerformerId {
        Identifier.check(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
