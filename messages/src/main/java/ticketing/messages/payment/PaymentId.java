package ticketing.messages.payment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import ticketing.messages.Identifier;

/** Names one attempt to pay for a booking; also the key under which the provider repeats nothing. */
public record PaymentId(@JsonValue String value) implements Identifier {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public PaymentId {
        Identifier.check(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
