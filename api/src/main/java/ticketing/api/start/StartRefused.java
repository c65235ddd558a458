package ticketing.api.start;

/** Why the program cannot start, in one sentence for the person who started it: something around the program has to change, not the program. */
public final class StartRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StartRefused(String sentence) {
        super(sentence);
    }

    public StartRefused(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
