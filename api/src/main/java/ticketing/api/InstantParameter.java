package ticketing.api;

import java.time.Instant;
import org.springframework.core.convert.converter.Converter;
import org.springframework.stereotype.Component;

/**
 * Moments in queries, with {@code Z} or an offset. Spring by itself also takes a bare number, for milliseconds: whoever means seconds would be told of 1970.
 */
@Component
final class InstantParameter implements Converter<String, Instant> {

    /** @throws java.time.format.DateTimeParseException if it is none, which is answered with 400 */
    @Override
    public Instant convert(String text) {
        return Instant.parse(text);
    }
}
