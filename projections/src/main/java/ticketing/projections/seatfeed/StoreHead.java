package ticketing.projections.seatfeed;

/** The end of the event store. */
@FunctionalInterface
public interface StoreHead {

    /** The position of the last event that is committed now. Asked for with every reading of an availability. */
    long position();
}
