package ticketing.api.commandline;

/** A command was called in a way that it does not know; the message says how it is called. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
