package ticketing.messages.performer;

import org.jspecify.annotations.Nullable;

/** What is told about a performer. */
public record PerformerDetails(
        String name,
        String description,
        String genre,
        @Nullable String imageId) {}
