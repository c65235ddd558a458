package ticketing.command.eventstore;

/** How far the event store goes. Positions start at 1, have no gaps and follow the order of commits. */
public interface StoreEnd {

    /** The last position this node knows of; every event it has stored itself is below or at it. Cheap where this node can know it by itself. */
    long head();

    /** The position of the last event that any node has stored by now; 0 if there is none. */
    long committed();
}
