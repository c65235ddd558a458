package ticketing.projections.seatfeed;

import java.time.Duration;
import java.util.Optional;
import ticketing.messages.show.ShowId;

/** Where boards are loaded from: the seat-view read model, which may be behind the event store or ahead of this node's feed. */
interface SeatViewReader {

    /** Names the event store; positions of stores with different names have nothing to do with one another. Letters and digits. */
    String epoch();

    /** A position up to which the seat view surely has seen everything. */
    long position();

    /**
     * Waits until the seat view has come to this position.
     *
     * @return whether it has, in time
     */
    boolean await(long position, Duration atMost);

    /** The show's seats as the view has them now; empty if the view knows of no publication. */
    Optional<SeatRows> read(ShowId showId);

    /** The show's sections, which never change once it is published; its seats need not be among the rows. */
    default Optional<SeatRows> readLayout(ShowId showId) {
        return read(showId);
    }
}
