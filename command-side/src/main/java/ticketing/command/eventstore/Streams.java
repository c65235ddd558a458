package ticketing.command.eventstore;

import java.util.List;

/** What a store of events can do for whoever is about to read the streams of several aggregates. */
public interface Streams {

    /** Whether there may be events of this aggregate; false only if there surely are none. Asks nobody. */
    boolean mayExist(String aggregateIdentifier);

    /**
     * Has the streams of these aggregates read together when the first of them is asked for in the current unit of work, where the store can do so. They have
     * to be locked, so that what is read of the last is still true when it is asked for.
     */
    void readTogether(List<String> aggregateIdentifiers);
}
