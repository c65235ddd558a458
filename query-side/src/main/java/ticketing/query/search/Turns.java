package ticketing.query.search;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import ticketing.messages.CoarseTimer;

/**
 * So many at a time, the others in line: first come, first served. A fair semaphore, but for how its waits are bounded: they nearly all end long before their
 * time, see {@link CoarseTimer}. The line is bounded by the number of threads that wait.
 */
final class Turns {

    /** Equal to itself alone. */
    private static final class Turn {
        final CompletableFuture<Void> come = new CompletableFuture<>();
    }

    private final Queue<Turn> line = new ArrayDeque<>();
    private int free;

    Turns(int atOnce) {
        this.free = atOnce;
    }

    /**
     * Waits for its turn.
     *
     * @return whether it has one, and has to {@link #end} it
     */
    boolean begin(Duration within) throws InterruptedException {
        Turn turn = new Turn();
        synchronized (this) {
            if (free > 0) {
                free--;
                return true;
            }
            line.add(turn);
        }
        try {
            CoarseTimer.get(turn.come, within);
            return true;
        } catch (TimeoutException e) {
            return !left(turn);
        } catch (InterruptedException e) {
            if (!left(turn)) {
                end();
            }
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody lets a turn fail", e);
        }
    }

    /** @return false if its turn has just come */
    private synchronized boolean left(Turn turn) {
        return line.remove(turn);
    }

    /** Lets the next one begin. */
    void end() {
        Turn next;
        synchronized (this) {
            next = line.poll();
            if (next == null) {
                free++;
            }
        }
        if (next != null) {
            next.come.complete(null);
        }
    }
}
