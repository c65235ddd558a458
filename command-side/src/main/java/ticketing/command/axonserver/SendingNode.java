package ticketing.command.axonserver;

import org.axonframework.axonserver.connector.AxonServerException;
import org.axonframework.axonserver.connector.command.AxonServerCommandDispatchException;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandCallback;
import org.axonframework.commandhandling.CommandExecutionException;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.GenericCommandResultMessage;
import org.axonframework.common.AxonTransientException;
import org.axonframework.common.Registration;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.messaging.MessageDispatchInterceptor;
import org.axonframework.messaging.MessageHandler;
import org.axonframework.messaging.MessageHandlerInterceptor;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;

/** Sends commands through Axon Server and gives their senders the answers that they would have had from a handler in their own process. */
public final class SendingNode implements CommandBus {

    private final CommandBus routed;

    /** @param routed sends commands to the nodes that handle them */
    public SendingNode(CommandBus routed) {
        this.routed = routed;
    }

    /** Nothing has happened: whoever handled it was too busy. */
    public static final class BusyElsewhereException extends AxonTransientException {
        private static final long serialVersionUID = 1;

        BusyElsewhereException(Throwable cause) {
            super("The node that handles this is too busy", cause);
        }
    }

    /** The command may have been carried out: whoever handled it is gone, or cannot tell. */
    public static final class NotHeardOfException extends EventStoreException {
        private static final long serialVersionUID = 1;

        NotHeardOfException(Throwable cause) {
            super("Not known whether the command was carried out", cause);
        }
    }

    @Override
    public <C> void dispatch(CommandMessage<C> command) {
        routed.dispatch(command);
    }

    @Override
    public <C, R> void dispatch(CommandMessage<C> command, CommandCallback<? super C, ? super R> callback) {
        CommandCallback<C, R> translating = (sent, result) -> callback.onResult(sent, translated(result));
        try {
            routed.dispatch(command, translating);
        } catch (AxonServerException e) {
            throw new NotHeardOfException(e);
        }
    }

    private static <R> CommandResultMessage<? extends R> translated(CommandResultMessage<? extends R> result) {
        return result.isExceptional()
                ? new GenericCommandResultMessage<R>(translated(result.exceptionResult()), result.getMetaData())
                : result;
    }

    private static Throwable translated(Throwable failure) {
        return switch (failure) {
            case Rejected refused -> refused;
            case CommandExecutionException e
            when e.getDetails().orElse(null) instanceof Rejection rejection -> new Rejected(rejection);
            case CommandExecutionException e
            when e.getDetails().orElse(null) instanceof Fault fault ->
                fault.nothingHappened() ? new BusyElsewhereException(e) : new NotHeardOfException(e);
            // The connection to the handler, or to the server, was lost while the command was under way.
            case AxonServerException e -> new NotHeardOfException(e);
            case AxonServerCommandDispatchException e -> new NotHeardOfException(e);
            default -> failure;
        };
    }

    @Override
    public Registration subscribe(String commandName, MessageHandler<? super CommandMessage<?>> handler) {
        return routed.subscribe(commandName, handler);
    }

    @Override
    public Registration registerHandlerInterceptor(
            MessageHandlerInterceptor<? super CommandMessage<?>> handlerInterceptor) {
        return routed.registerHandlerInterceptor(handlerInterceptor);
    }

    @Override
    public Registration registerDispatchInterceptor(
            MessageDispatchInterceptor<? super CommandMessage<?>> dispatchInterceptor) {
        return routed.registerDispatchInterceptor(dispatchInterceptor);
    }
}
