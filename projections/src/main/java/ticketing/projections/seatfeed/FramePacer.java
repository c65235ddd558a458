package ticketing.projections.seatfeed;

/** The clock and the alarm of the frames; replaced by a hand-driven one where time itself is under test. */
interface FramePacer {

    /** Nanoseconds from an arbitrary origin. */
    long nanoTime();

    /** Runs the action once after this many nanoseconds, at once for 0; actions run one after another. */
    void after(long nanos, Runnable action);
}
