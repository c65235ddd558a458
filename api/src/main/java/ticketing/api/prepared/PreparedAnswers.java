package ticketing.api.prepared;

import org.jspecify.annotations.Nullable;
import ticketing.messages.show.ShowId;

/** One kind of answers about shows that can be given to strangers as they are kept. */
public interface PreparedAnswers {

    /** What follows a show's identifier in the path: {@code /availability}, or nothing for the show itself. */
    String suffix();

    /**
     * The answer as it is now, made anew if need be. Only of shows that were asked for before in the ordinary way, which refuses what is to be refused.
     *
     * @return null if nothing is kept of this show
     */
    @Nullable
    Prepared kept(ShowId showId);
}
