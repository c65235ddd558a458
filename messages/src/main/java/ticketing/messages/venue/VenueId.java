package ticketing.messages.venue;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import ticketing.messages.Identifier;

/** Names a venue. */
public record VenueId(@JsonValue String value) implements Identifier {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public VenueId {
        Identifier.check(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
