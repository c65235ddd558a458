package ticketing.api;

/** How far a read model has come. */
@FunctionalInterface
public interface ReadPosition {

    /** The position up to which everything can be read of this processing group's read model, at least. */
    long of(String processingGroup);
}
