package ticketing.api.embedded;

/** Why the search server beside the program cannot be run now, in one sentence; the program goes on without it. */
public final class ServerFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final String sentence;

    ServerFailure(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    ServerFailure(String sentence, Throwable cause) {
        super(sentence, cause);
        this.sentence = sentence;
    }

    /** Why. */
    public String sentence() {
        return sentence;
    }
}
