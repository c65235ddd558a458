package ticketing.command.axonserver;

import io.grpc.StatusRuntimeException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.axonframework.axonserver.connector.AxonServerException;
import org.axonframework.axonserver.connector.event.util.GrpcExceptionParser;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandCallback;
import org.axonframework.commandhandling.CommandExecutionException;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.GenericCommandResultMessage;
import org.axonframework.common.AxonTransientException;
import org.axonframework.common.Registration;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.messaging.ExecutionException;
import org.axonframework.messaging.MessageDispatchInterceptor;
import org.axonframework.messaging.MessageHandler;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;

/**
 * Handles what is routed to this node. A command that lost against another writer is handled again here, up to three times and after a random pause, because
 * the sender could not tell the race from another failure. What fails all the same says whether anything can have happened.
 */
public final class HandlingNode implements CommandBus {

    private static final int MOST_RETRIES = 3;
    private static final int LONGEST_PAUSE_MILLIS = 50;

    private final CommandBus handlers;

    /** @param handlers handles a command on the thread that dispatches it */
    public HandlingNode(CommandBus handlers) {
        this.handlers = handlers;
    }

    @Override
    public <C> void dispatch(CommandMessage<C> command) {
        dispatch(command, (_, _) -> {});
    }

    @Override
    public <C, R> void dispatch(CommandMessage<C> command, CommandCallback<? super C, ? super R> callback) {
        for (int retries = 0; ; retries++) {
            AtomicReference<@Nullable CommandResultMessage<? extends R>> answer = new AtomicReference<>();
            handlers.<C, R>dispatch(command, (_, result) -> answer.set(result));
            CommandResultMessage<? extends R> result = answer.get();
            if (result == null) {
                throw new IllegalStateException("a command was not handled by the thread that dispatched it");
            }
            if (!result.isExceptional()) {
                callback.onResult(command, result);
                return;
            }
            Throwable failure = understood(result.exceptionResult());
            if (retries >= MOST_RETRIES || !lostRace(failure) || !pause()) {
                callback.onResult(command, new GenericCommandResultMessage<R>(told(failure), result.getMetaData()));
                return;
            }
        }
    }

    /** What the server has refused while a unit of work was committed, in the framework's words; the event store passes on what gRPC says. */
    static Throwable understood(Throwable failure) {
        return failure instanceof StatusRuntimeException refused ? GrpcExceptionParser.parse(refused) : failure;
    }

    private static boolean lostRace(Throwable failure) {
        return failure instanceof ConcurrencyException || failure instanceof AggregateStreamCreationException;
    }

    private static boolean pause() {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(1, LONGEST_PAUSE_MILLIS));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Throwable told(Throwable failure) {
        return switch (failure) {
            // Of a commit nothing was heard in time, or nothing certain.
            case EventStoreException _, ExecutionException _, AxonServerException _ -> told(failure, false);
            case AxonTransientException _, AggregateStreamCreationException _ -> told(failure, true);
            default -> failure;
        };
    }

    private static CommandExecutionException told(Throwable failure, boolean nothingHappened) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return new CommandExecutionException(message, failure, new Fault(nothingHappened));
    }

    @Override
    public Registration subscribe(String commandName, MessageHandler<? super CommandMessage<?>> handler) {
        return handlers.subscribe(commandName, handler);
    }

    @Override
    public Registration registerHandlerInterceptor(
            MessageHandlerInterceptor<? super CommandMessage<?>> handlerInterceptor) {
        return handlers.registerHandlerInterceptor(handlerInterceptor);
    }

    @Override
    public Registration registerDispatchInterceptor(
            MessageDispatchInterceptor<? super CommandMessage<?>> dispatchInterceptor) {
        return handlers.registerDispatchInterceptor(dispatchInterceptor);
    }
}
