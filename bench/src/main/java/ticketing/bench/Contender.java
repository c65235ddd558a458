package ticketing.bench;

import java.util.concurrent.atomic.AtomicInteger;

/** A way to hold a seat durably, measured beside ours. */
interface Contender extends AutoCloseable {

    /** As it stands in the table. */
    String name();

    /**
     * Holds a seat that nobody has held before.
     *
     * @param seat counts up across all rounds
     * @return false if it was taken, which is a fault of the contender
     */
    boolean hold(int caller, int seat) throws Exception;

    /** Counts the seats that have been asked for. */
    AtomicInteger seats();

    @Override
    void close();
}
