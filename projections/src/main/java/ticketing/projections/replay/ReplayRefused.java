package ticketing.projections.replay;

/** Why a replay is not begun. */
public final class ReplayRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    ReplayRefused(Reason reason) {
        super(reason.name());
        this.reason = reason;
    }

    /** What stands against it. */
    public enum Reason {
        /** There is no such read model. */
        UNKNOWN,
        /** One of the same read model has not ended yet. */
        RUNNING,
        /** The store has no such position, or this read model can only be built from the beginning. */
        FROM
    }

    public Reason reason() {
        return reason;
    }
}
