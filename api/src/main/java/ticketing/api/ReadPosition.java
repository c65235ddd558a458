package ticketing.api;

/** How far a read model has come. */
public interface ReadPosition {

    /** The position up to which everything can be read of this processing group's read model, at least. */
    long of(String processingGroup);

    /** How many read models this process has built anew: they can be read differently then, though no event has happened. */
    long replays();
}
