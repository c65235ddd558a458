package ticketing.api;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.axonframework.commandhandling.CommandExecutionException;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.queryhandling.QueryGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.Command;

/** Sends commands and asks questions, never waiting without an end. */
@Component
public final class Dispatch {

    private static final int COMMAND_SECONDS = 10;
    private static final int PAYMENT_SECONDS = 30;
    private static final int QUERY_SECONDS = 10;

    /** As many as there are requests, which are bounded where they come in. */
    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("dispatch").start(task);

    private final CommandGateway commands;
    private final QueryGateway queries;

    public Dispatch(CommandGateway commands, QueryGateway queries) {
        this.commands = commands;
        this.queries = queries;
    }

    /**
     * Sends the command and waits until it is done.
     *
     * @throws ticketing.messages.Rejected if it was refused
     * @throws CompletionException around the TimeoutException that leaves the outcome unknown
     */
    public void send(Command command) {
        sendFor(command, COMMAND_SECONDS);
    }

    /** Sends the command and waits for its answer, as {@link #send(Command)} does. */
    public <R> R send(Command command, Class<R> answer) {
        return answer.cast(Objects.requireNonNull(sendFor(command, COMMAND_SECONDS)));
    }

    /** Sends a command that waits for the payment provider, and waits for its answer. */
    public <R> R pay(Command command, Class<R> answer) {
        return answer.cast(Objects.requireNonNull(sendFor(command, PAYMENT_SECONDS)));
    }

    /** Sends a command that waits for the payment provider, and waits until it is done. */
    public void pay(Command command) {
        sendFor(command, PAYMENT_SECONDS);
    }

    private @Nullable Object sendFor(Command command, int seconds) {
        try {
            // The bus handles a command on the thread that sends it, which must be free to give up.
            return CompletableFuture.supplyAsync(
                            () -> commands.<Object>send(command).join(), THREADS)
                    .orTimeout(seconds, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof CommandExecutionException refused) {
                throw refused;
            }
            throw e;
        }
    }

    /**
     * The answer, if there is one.
     *
     * @throws Problem 503 if nobody answers in time
     */
    public <R> Optional<R> ask(Object query, Class<R> answer) {
        try {
            return Optional.ofNullable(CompletableFuture.supplyAsync(
                            () -> queries.query(query, answer).join(), THREADS)
                    .orTimeout(QUERY_SECONDS, TimeUnit.SECONDS)
                    .join());
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new Problem(ProblemCode.UNAVAILABLE, "The answer took too long; try again shortly.")
                        .withHeader("Retry-After", "1");
            }
            throw e;
        }
    }
}
