package ticketing.api;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.queryhandling.QueryGateway;
import org.springframework.stereotype.Component;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.Command;

/** Sends commands and asks questions, never waiting without an end. */
@Component
public final class Dispatch {

    private static final int COMMAND_SECONDS = 10;
    private static final int QUERY_SECONDS = 10;

    private final CommandGateway commands;
    private final QueryGateway queries;

    public Dispatch(CommandGateway commands, QueryGateway queries) {
        this.commands = commands;
        this.queries = queries;
    }

    /**
     * Sends the command and waits until it is done.
     *
     * @throws CompletionException around the refusal, the fault, or the TimeoutException that leaves the outcome unknown
     */
    public void send(Command command) {
        commands.<Object>send(command)
                .orTimeout(COMMAND_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /**
     * The answer, if there is one.
     *
     * @throws Problem 503 if nobody answers in time
     */
    public <R> Optional<R> ask(Object query, Class<R> answer) {
        try {
            return Optional.ofNullable(queries.query(query, answer)
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
