package ticketing.command.eventstore;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericTrackedDomainEventMessage;
import org.axonframework.eventhandling.GenericTrackedEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.jspecify.annotations.Nullable;

/**
 * The last events that this node has made durable, as they were published: who follows the store at its end gets them without a query and without reading
 * JSON. There is always a right answer in the database, so whatever is not here (older events, other nodes') is simply not found.
 *
 * <p>One thread adds, any number reads, none waits.
 */
final class RecentEvents {

    private final AtomicReferenceArray<@Nullable TrackedEventMessage<?>> slots;

    /** @param capacity how many events are kept at most */
    RecentEvents(int capacity) {
        slots = new AtomicReferenceArray<>(capacity);
    }

    void add(long position, DomainEventMessage<?> event) {
        GlobalSequenceTrackingToken token = new GlobalSequenceTrackingToken(position);
        slots.set(
                slot(position),
                event.getType().equals(PostgresEventStorageEngine.NO_AGGREGATE)
                        ? new GenericTrackedEventMessage<>(token, event)
                        : new GenericTrackedDomainEventMessage<>(token, event));
    }

    /** The events that follow this position without a gap, as many as are known, at most so many. */
    List<TrackedEventMessage<?>> after(long position, int most) {
        List<TrackedEventMessage<?>> found = new ArrayList<>();
        for (long next = position + 1; next <= position + most; next++) {
            TrackedEventMessage<?> event = slots.get(slot(next));
            if (event == null || event.trackingToken().position().orElse(-1) != next) {
                break;
            }
            found.add(event);
        }
        return found;
    }

    private int slot(long position) {
        return (int) (position % slots.length());
    }
}
