package ticketing.projections.seatfeed;

/** The feed, or the read model from which a seat map is loaded, is too far behind to be used now; trying again shortly helps. */
public final class SeatFeedBehind extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SeatFeedBehind(String message) {
        super(message);
    }
}
