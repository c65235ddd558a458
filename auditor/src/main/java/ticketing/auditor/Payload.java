package ticketing.auditor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An event's JSON, read by member names; a member that is missing or of another kind makes it {@link Unreadable}. */
record Payload(JsonNode json) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What is stored is not what its name promises. */
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message, null, false, false);
        }
    }

    static Payload of(byte[] stored) {
        try {
            return new Payload(JSON.readTree(stored));
        } catch (IOException e) {
            throw new Unreadable("it is no JSON");
        }
    }

    static Payload of(String text) {
        try {
            return new Payload(JSON.readTree(text));
        } catch (IOException e) {
            throw new Unreadable("it is no JSON");
        }
    }

    String text(String member) {
        JsonNode node = json.path(member);
        if (!node.isTextual()) {
            throw new Unreadable("it has no text " + member);
        }
        return node.textValue();
    }

    @Nullable
    String textOrNull(String member) {
        return json.path(member).textValue();
    }

    int number(String member) {
        JsonNode node = json.path(member);
        if (!node.isInt()) {
            throw new Unreadable("it has no number " + member);
        }
        return node.intValue();
    }

    Instant instant(String member) {
        try {
            return Instant.parse(text(member));
        } catch (DateTimeException e) {
            throw new Unreadable("its " + member + " is no instant");
        }
    }

    Payload object(String member) {
        JsonNode node = json.path(member);
        if (!node.isObject()) {
            throw new Unreadable("it has no object " + member);
        }
        return new Payload(node);
    }

    List<Payload> list(String member) {
        JsonNode node = json.path(member);
        if (!node.isArray()) {
            throw new Unreadable("it has no list " + member);
        }
        List<Payload> elements = new ArrayList<>(node.size());
        node.forEach(element -> elements.add(new Payload(element)));
        return elements;
    }

    Sum money(String member) {
        return moneyIfAny(member).orElseThrow(() -> new Unreadable("it has no money " + member));
    }

    Optional<Sum> moneyIfAny(String member) {
        JsonNode node = json.path(member);
        if (!node.isObject()) {
            return Optional.empty();
        }
        Payload money = new Payload(node);
        try {
            return Optional.of(new Sum(new BigDecimal(money.text("amount")), money.text("currency")));
        } catch (NumberFormatException e) {
            throw new Unreadable("its " + member + " is no amount");
        }
    }
}
