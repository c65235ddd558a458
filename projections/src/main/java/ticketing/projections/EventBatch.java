package ticketing.projections;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/**
 * What a read model gathers while a batch of events is handled, written with a few statements before the batch commits. A row at a time, a replay
 * would pay a round trip for each event. How many events make a batch, the processor's configuration bounds.
 */
public final class EventBatch {

    private EventBatch() {}

    /**
     * The gatherer of the batch that is being handled.
     *
     * @param flush writes what was gathered, in the batch's transaction; if it throws, the batch rolls back as a whole
     */
    public static <T> T gather(String name, Supplier<T> create, Consumer<T> flush) {
        UnitOfWork<?> batch = CurrentUnitOfWork.get();
        return batch.getOrComputeResource(name, key -> {
            T gathered = create.get();
            batch.onPrepareCommit(unit -> flush.accept(gathered));
            return gathered;
        });
    }

    /** The event's position in the store. */
    public static long positionOf(TrackingToken token) {
        return token.position().orElseThrow(() -> new IllegalStateException("an event without a position"));
    }
}
