package ticketing.projections.seatfeed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import ticketing.messages.show.ShowId;

/**
 * The most recent seat changes of all shows, in the store's order: what bridges the moment between reading a seat view that is a little behind and
 * following the events. Not safe for use by several threads.
 */
final class RecentChanges {

    private final ArrayDeque<SeatChange> changes = new ArrayDeque<>();
    private final int capacity;
    private long floor;

    /**
     * @param capacity how many changes are kept at most
     * @param floor the position up to which nothing is known
     */
    RecentChanges(int capacity, long floor) {
        this.capacity = capacity;
        this.floor = floor;
    }

    void add(SeatChange change) {
        if (changes.size() == capacity) {
            floor = changes.removeFirst().position();
        }
        changes.addLast(change);
    }

    /** Every change after this position is known, if it has been added. */
    long floor() {
        return floor;
    }

    /** The known changes of one show, oldest first. */
    List<SeatChange> of(ShowId showId) {
        List<SeatChange> found = new ArrayList<>();
        for (SeatChange change : changes) {
            if (change.showId().equals(showId)) {
                found.add(change);
            }
        }
        return found;
    }
}
