package ticketing.api.limits;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.Semaphore;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;

/**
 * A request's place among those that are worked on at a time. Whoever only waits for something to happen changes it for one among those who wait: a crowd that watches
 * must not keep out those who book. Of these places there are as many, because a connection that waits has its buffers, too.
 */
public final class Turn {

    private static final String ATTRIBUTE = Turn.class.getName();

    private final Semaphore working;
    private final Semaphore waiting;

    // Guarded by this.
    private boolean waits;
    private boolean ended;

    private Turn(Semaphore working, Semaphore waiting) {
        this.working = working;
        this.waiting = waiting;
    }

    /**
     * The turn of a request that has taken a place.
     *
     * @param working where it has taken it
     * @param waiting the places of those who wait
     */
    static Turn taken(HttpServletRequest request, Semaphore working, Semaphore waiting) {
        Turn turn = new Turn(working, waiting);
        request.setAttribute(ATTRIBUTE, turn);
        return turn;
    }

    synchronized void end() {
        if (!ended) {
            ended = true;
            (waits ? waiting : working).release();
        }
    }

    private synchronized void giveBack() {
        if (ended || waits) {
            return;
        }
        if (!waiting.tryAcquire()) {
            throw new Problem(ProblemCode.OVERLOADED, "Too many are waiting at once; try again shortly.")
                    .withHeader("Retry-After", "5");
        }
        working.release();
        waits = true;
    }

    /**
     * From now on the request waits.
     *
     * @throws Problem 503 if too many do
     */
    public static void giveBack(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Turn turn) {
            turn.giveBack();
        }
    }
}
