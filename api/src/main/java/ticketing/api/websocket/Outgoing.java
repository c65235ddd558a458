package ticketing.api.websocket;

import org.jspecify.annotations.Nullable;

/** What one client is to be told, fetched when the client has taken what was before: so one who is slow is told less often, and nothing is queued. */
public interface Outgoing {

    /** The next frame, complete as {@link Frames} makes them; null if there is none now. Asked by one thread at a time; must not wait. */
    byte @Nullable [] next();

    /** Whether nothing will come any more. */
    boolean isOver();

    /** The client has gone or is sent away. Called once. */
    void leave();
}
