package ticketing.api.feed;

import java.util.HashMap;
import java.util.Map;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.UserId;

/** Who waits for the feed or has a stream of it on this node. Nobody may take all places: a consumer that comes again and again without leaving keeps out itself alone. */
final class FeedConsumers {

    /** For the node. */
    static final int MOST = 50;

    static final int MOST_OF_ONE = 10;

    // Guarded by this.
    private final Map<UserId, Integer> places = new HashMap<>();
    private int taken;

    /** A place that is taken until it is closed. */
    interface Entry extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Takes a place.
     *
     * @throws Problem 429 if this user has too many, 503 if all are taken
     */
    synchronized Entry enter(UserId user) {
        if (places.getOrDefault(user, 0) >= MOST_OF_ONE) {
            throw new Problem(
                            ProblemCode.RATE_LIMITED,
                            "You are waiting for the feed " + MOST_OF_ONE
                                    + " times already; one of these has to end first.")
                    .withHeader("Retry-After", "5");
        }
        if (taken >= MOST) {
            throw new Problem(ProblemCode.UNAVAILABLE, "Too many are waiting for the feed; try again shortly.")
                    .withHeader("Retry-After", "5");
        }
        places.merge(user, 1, Integer::sum);
        taken++;
        return () -> leave(user);
    }

    private synchronized void leave(UserId user) {
        taken--;
        places.computeIfPresent(user, (_, n) -> n == 1 ? null : n - 1);
    }
}
