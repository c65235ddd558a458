package ticketing.api.live;

import org.jspecify.annotations.Nullable;
import ticketing.api.problem.Problem;
import ticketing.api.websocket.Connection;
import ticketing.api.websocket.Outgoing;
import ticketing.projections.seatfeed.SeatFrame;
import ticketing.projections.seatfeed.SeatSubscription;

/** What one WebSocket is told of a seat map. */
final class SeatSocket implements Outgoing {

    private final SeatSubscription subscription;
    private final SeatFrame.Form form;
    private final Watchers.Entry place;

    private SeatSocket(SeatSubscription subscription, SeatFrame.Form form, Watchers.Entry place) {
        this.subscription = subscription;
        this.form = form;
        this.place = place;
    }

    /** @throws Problem if nobody more is let in */
    static SeatSocket open(
            Connection connection,
            LiveSeats seats,
            Watchers watchers,
            Watchers.Who who,
            Watch watch,
            SeatFrame.Form form) {
        SeatSubscription subscription = seats.subscribe(watch, connection::wake);
        try {
            return new SeatSocket(subscription, form, watchers.enter(who, connection::dismiss));
        } catch (Problem e) {
            subscription.close();
            throw e;
        }
    }

    @Override
    public byte @Nullable [] next() {
        SeatFrame frame = subscription.isClosed() ? null : subscription.poll();
        return frame == null ? null : frame.as(form);
    }

    @Override
    public boolean isOver() {
        return subscription.isClosed();
    }

    @Override
    public void leave() {
        place.close();
        subscription.close();
    }
}
