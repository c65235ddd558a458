package ticketing.api.performer;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.performer.PerformerDetails;

/** What an organizer tells of a performer. */
record PerformerRequest(
        @NotBlank @Size(max = 200) String name,
        @Nullable @Size(max = 10_000) String description,
        @Nullable @Size(max = 100) String genre,

        @Nullable @Pattern(regexp = "[A-Za-z0-9_.-]{1,80}", message = "must be an image's identifier")
        String imageId) {

    /** @throws Problem 404 {@code image-not-found}: nobody can have stored an image yet */
    PerformerDetails details() {
        if (imageId != null) {
            throw new Problem(ProblemCode.IMAGE_NOT_FOUND, "There is no such image.")
                    .with("imageIds", List.of(imageId));
        }
        return new PerformerDetails(
                name.strip(), description == null ? "" : description, genre == null ? "" : genre.strip(), imageId);
    }
}
