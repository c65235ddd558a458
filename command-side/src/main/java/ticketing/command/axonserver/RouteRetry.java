package ticketing.command.axonserver;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.NoHandlerForCommandException;
import org.axonframework.commandhandling.gateway.RetryScheduler;
import ticketing.messages.booking.BookingCommand;
import ticketing.messages.booking.ExpireBookings;

/**
 * Sends a command again, a few times, when the node that handled it is gone. What nobody handled at all has not happened. What was lost under way may have: so
 * only what bears repeating is sent again, and that is every order to a booking, which knows its own commands by their identifiers and gives the first answer.
 * All others go back to the sender, who is told that the outcome is not known.
 */
public final class RouteRetry implements RetryScheduler {

    private static final int MOST = 5;
    private static final long FIRST_PAUSE_MILLIS = 50;

    private final Executor threads =
            command -> Thread.ofVirtual().name("command-retry").start(command);

    @Override
    @SuppressWarnings("rawtypes")
    public boolean scheduleRetry(
            CommandMessage command,
            RuntimeException last,
            List<Class<? extends Throwable>[]> failures,
            Runnable dispatch) {
        boolean again = last instanceof NoHandlerForCommandException
                || (last instanceof SendingNode.NotHeardOfException && bearsRepeating(command.getPayload()));
        if (!again || failures.size() > MOST) {
            return false;
        }
        // 50, 100, 200, 400, 800 ms and up to as much again: a node that has died is forgotten by then.
        long pause = FIRST_PAUSE_MILLIS << (failures.size() - 1);
        CompletableFuture.delayedExecutor(
                        pause + ThreadLocalRandom.current().nextLong(pause), TimeUnit.MILLISECONDS, threads)
                .execute(dispatch);
        return true;
    }

    private static boolean bearsRepeating(Object command) {
        return command instanceof BookingCommand || command instanceof ExpireBookings;
    }
}
