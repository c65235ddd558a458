package ticketing.messages.performer;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** Asks for a performer's entry; answered with {@link Performer} or nothing. */
public record PerformerOf(PerformerId performerId) {

    /** @param imageUrl where the image is, if there is one */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Performer(
            PerformerId performerId,
            String name,
            String description,
            String genre,
            @Nullable String imageId,
            @Nullable String imageUrl) {}
}
