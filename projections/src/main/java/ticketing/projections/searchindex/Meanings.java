package ticketing.projections.searchindex;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import ticketing.messages.search.SentenceModel;

/**
 * What is told of shows as vectors. A text's vector costs milliseconds and is needed whenever a seat of the show is sold, so it is kept: also one for all
 * evenings of a programme.
 */
final class Meanings {

    /** What an index is made with that has no vectors. */
    static final String NONE = "none";

    /** Texts of up to 1,500 characters with 1.5 KB of vector: at most some 25 MB. */
    private static final int MOST_KEPT = 8_192;

    private final @Nullable SentenceModel model;
    private final Cache<String, float[]> kept =
            Caffeine.newBuilder().maximumSize(MOST_KEPT).build();

    /** @param model null: shows have no vectors */
    Meanings(@Nullable SentenceModel model) {
        this.model = model;
    }

    /** What vectors are made with, once that is known; {@link #NONE} if there are to be none, or there can be none. */
    String model() throws InterruptedException {
        return model != null && model.awaitLoaded() ? model.name() : NONE;
    }

    /** The text's vector, if it has one. */
    float @Nullable [] of(String text) {
        if (model == null) {
            return null;
        }
        float[] vector = kept.getIfPresent(text);
        if (vector == null) {
            vector = model.vectorOf(text);
            if (vector != null) {
                kept.put(text, vector);
            }
        }
        return vector;
    }
}
