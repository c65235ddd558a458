package ticketing.bench;

/** The program did what it must never do, or answered what it must never answer. */
final class Inconsistent extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Inconsistent(String message) {
        super(message);
    }

    static void unless(boolean condition, String message) {
        if (!condition) {
            throw new Inconsistent(message);
        }
    }
}
