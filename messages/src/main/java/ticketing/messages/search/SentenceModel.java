package ticketing.messages.search;

import org.jspecify.annotations.Nullable;

/**
 * Makes vectors of sentences: the nearer two sentences are in meaning, the larger the cosine of their vectors. Whoever writes an index and whoever asks it
 * use the same one, as with {@link Words}. There need not be any.
 */
public interface SentenceModel {

    /** How many numbers a vector has. */
    int DIMENSIONS = 384;

    /** Names the model and how it is used. Vectors under different names cannot be compared. */
    String name();

    /**
     * Waits until the model is loaded, which takes a second the first time.
     *
     * @return whether it can be used; if not, the log says why, and it is not tried again
     */
    boolean awaitLoaded() throws InterruptedException;

    /** Whether the model can be used now. Never waits; if nobody has needed it before, it is loaded from now on. */
    boolean isLoaded();

    /**
     * The sentence's meaning; takes some milliseconds of a processor.
     *
     * @return {@link #DIMENSIONS} numbers, of length 1; null if the model is not loaded or can make nothing of the text
     */
    float @Nullable [] vectorOf(String text);
}
