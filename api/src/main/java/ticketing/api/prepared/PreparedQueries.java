package ticketing.api.prepared;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers to questions with parameters that can be given to strangers as they are kept. */
public interface PreparedQueries {

    /** Where they are asked, for example {@code /v1/events/search}. */
    Set<String> paths();

    /**
     * The answer that is kept for this request, if it is still good. Only of what was asked in the very same way before in the ordinary way, which refuses what
     * is to be refused.
     *
     * @param request path and query string as they were sent
     * @return null if nothing is kept, or somebody has to ask anew
     */
    @Nullable
    Prepared kept(String request);
}
