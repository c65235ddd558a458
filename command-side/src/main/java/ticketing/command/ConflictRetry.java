package ticketing.command;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.gateway.RetryScheduler;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;

/**
 * Sends a command again, up to three times and after a random pause, when it lost against another writer of the same aggregate. Everything else, refusals above
 * all and who has waited too long already, goes back to the sender at once.
 */
final class ConflictRetry implements RetryScheduler {

    private static final int MOST = 3;
    private static final int LONGEST_PAUSE_MILLIS = 50;

    private final Executor threads =
            command -> Thread.ofVirtual().name("command-retry").start(command);

    @Override
    @SuppressWarnings("rawtypes")
    public boolean scheduleRetry(
            CommandMessage command,
            RuntimeException last,
            List<Class<? extends Throwable>[]> failures,
            Runnable dispatch) {
        boolean lostRace = last instanceof ConcurrencyException || last instanceof AggregateStreamCreationException;
        if (!lostRace || failures.size() > MOST) {
            return false;
        }
        long pause = ThreadLocalRandom.current().nextLong(1, LONGEST_PAUSE_MILLIS);
        CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS, threads).execute(dispatch);
        return true;
    }
}
