package ticketing.auditor;

/**
 * Something that must not be.
 *
 * @param subject what is wrong: an aggregate's identifier, or a table and a key
 * @param position of the event with which it was found; of a row, how far its read model had come
 * @param detail what was expected and what is there; identifiers and amounts only
 */
public record Fault(FaultKind kind, String subject, long position, String detail) {

    /** Names the fault among all others; found again it has the same key. */
    String key() {
        return kind.name() + ' ' + subject;
    }

    @Override
    public String toString() {
        return kind.code() + " " + subject + " at " + position + ": " + kind.sentence() + "; " + detail;
    }
}
