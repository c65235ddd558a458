package ticketing.messages.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.show.ShowId;

/** Asks how the words that somebody has begun to type might go on. */
public record Suggestions(String prefix, int limit) {

    /** The best ones first. */
    public record Found(List<Suggestion> suggestions) {}

    /** @param eventId the show of that name; absent where the text is a performer's name */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Suggestion(String text, @Nullable ShowId eventId) {}
}
