package ticketing.messages;

import org.axonframework.commandhandling.CommandExecutionException;

/**
 * Carries a {@link Rejection} to the sender as the details of Axon's own exception, because only message and details cross a network. Without a
 * stack trace: a refusal is the commonest answer of a hot on-sale and must cost next to nothing.
 */
public final class Rejected extends CommandExecutionException {

    private static final long serialVersionUID = 1L;

    private final transient Rejection rejection;

    public Rejected(Rejection rejection) {
        super(rejection.message(), null, rejection, false);
        this.rejection = rejection;
    }

    public Rejection rejection() {
        return rejection;
    }
}
