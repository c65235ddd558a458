package ticketing.api;

import io.micrometer.tracing.Tracer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.axonframework.commandhandling.CommandExecutionException;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.queryhandling.QueryGateway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.CoarseTimer;
import ticketing.messages.Command;
import ticketing.messages.Rejection;
import ticketing.messages.booking.BookingCommand;

/** Sends commands and asks questions, never waiting without an end. */
@Component
public final class Dispatch {

    private static final Logger log = LoggerFactory.getLogger(Dispatch.class);

    private static final int COMMAND_SECONDS = 10;
    private static final int PAYMENT_SECONDS = 30;
    private static final int QUERY_SECONDS = 10;

    /** As many as there are requests, which are bounded where they come in. */
    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("dispatch").start(task);

    private final CommandGateway commands;
    private final QueryGateway queries;
    private final Executor threads;

    /** Where nothing is traced. */
    public Dispatch(CommandGateway commands, QueryGateway queries) {
        this.commands = commands;
        this.queries = queries;
        this.threads = THREADS;
    }

    /** @param tracer where requests are traced; what they send belongs to their traces then */
    @Autowired
    public Dispatch(CommandGateway commands, QueryGateway queries, ObjectProvider<Tracer> tracer) {
        this.commands = commands;
        this.queries = queries;
        Tracer tracing = tracer.getIfAvailable();
        this.threads = tracing == null
                ? THREADS
                : task -> THREADS.execute(tracing.currentTraceContext().wrap(task));
    }

    /**
     * Sends the command and waits until it is done.
     *
     * @throws ticketing.messages.Rejected if it was refused
     * @throws Problem 504 {@code outcome-unknown}, saying which, if there is no answer in time
     */
    public void send(Command command) {
        sendFor(command, COMMAND_SECONDS);
    }

    /** Sends the command and waits for its answer, as {@link #send(Command)} does. */
    public <R> R send(Command command, Class<R> answer) {
        return answer.cast(Objects.requireNonNull(sendFor(command, COMMAND_SECONDS)));
    }

    /**
     * Sends a command that is carried out in several steps, with the payment provider between them, and waits for its answer.
     *
     * @throws ticketing.messages.Rejected if it was refused
     * @throws Problem 504 {@code outcome-unknown} after any fault: some of the steps may have been taken
     */
    public <R> R pay(Command command, Class<R> answer) {
        return answer.cast(Objects.requireNonNull(payFor(command)));
    }

    /** Sends a command that waits for the payment provider, and waits until it is done; otherwise as {@link #pay(Command, Class)}. */
    public void pay(Command command) {
        payFor(command);
    }

    private @Nullable Object payFor(Command command) {
        try {
            return sendFor(command, PAYMENT_SECONDS);
        } catch (Problem problem) {
            throw problem;
        } catch (RuntimeException e) {
            if (e instanceof CommandExecutionException refused
                    && refused.getDetails().orElse(null) instanceof Rejection) {
                throw refused;
            }
            log.warn("{} may have been carried out in part", command, e);
            throw unknown(command);
        }
    }

    private static Problem unknown(Command command) {
        return new Problem(
                        ProblemCode.OUTCOME_UNKNOWN,
                        "No answer in time, and the request may still succeed: repeat it with the same Idempotency-Key.")
                .with(command instanceof BookingCommand ? "bookingId" : "id", command.target());
    }

    private @Nullable Object sendFor(Command command, int seconds) {
        try {
            // The bus handles a command on the thread that sends it, which must be free to give up.
            return within(seconds, () -> commands.<Object>send(command).join());
        } catch (TimeoutException e) {
            throw unknown(command);
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
            return Optional.ofNullable(
                    within(QUERY_SECONDS, () -> queries.query(query, answer).join()));
        } catch (TimeoutException e) {
            throw new Problem(ProblemCode.UNAVAILABLE, "The answer took too long; try again shortly.")
                    .withHeader("Retry-After", "1");
        }
    }

    /** @throws CompletionException with what the work threw */
    private <R extends @Nullable Object> R within(int seconds, Supplier<R> work) throws TimeoutException {
        CompletableFuture<R> answer = CompletableFuture.supplyAsync(work, threads);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return CoarseTimer.get(answer, Duration.ofNanos(deadline - System.nanoTime()));
                } catch (InterruptedException e) {
                    // What is being done is done all the same, and somebody has to be told what became of it.
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
