package ticketing.command.eventstore;

import org.axonframework.common.AxonTransientException;

/** More units of work wait to be written than the queue holds, or the program is going down. Nothing was stored; trying again later can help. */
public final class OverloadedException extends AxonTransientException {

    private static final long serialVersionUID = 1L;

    OverloadedException() {
        super("Too many commands wait to be stored");
    }
}
