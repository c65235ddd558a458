package ticketing.api;

import java.util.concurrent.TimeUnit;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.api.start.StartRefused;
import ticketing.command.eventstore.StoreEnd;

/**
 * Sees, before anything reads or writes, that this database and whoever keeps the events belong together. Events of one store under the positions of another
 * would spoil every read model; an event appended on the wrong side would be lost to the other.
 */
@Component
@ConditionalOnProperty(name = MovingEvents.SETTING, havingValue = "never", matchIfMissing = true)
final class StoreCheck implements SmartLifecycle {

    private static final String POSTGRES = "postgres";
    private static final String AXON_SERVER = "axon-server";
    private static final int LONGEST_SECONDS = 10;

    private final JdbcClient jdbc;
    private final EventStore events;
    private final StoreEnd end;
    private final String keeper;
    private volatile boolean running;

    StoreCheck(
            JdbcClient jdbc,
            EventStore events,
            StoreEnd end,
            @Value("${axon.axonserver.enabled:false}") boolean axonServer) {
        this.jdbc = jdbc;
        this.events = events;
        this.end = end;
        this.keeper = axonServer ? AXON_SERVER : POSTGRES;
    }

    private record Known(long position, String keptBy) {}

    @Override
    public void start() {
        Known known = jdbc.sql("SELECT position, kept_by FROM store.event_head")
                .query((row, _) -> new Known(row.getLong(1), row.getString(2)))
                .single();
        if (keeper.equals(AXON_SERVER)) {
            checkSameStore(known.position());
            if (!known.keptBy().equals(AXON_SERVER)) {
                jdbc.sql("UPDATE store.event_head SET kept_by = ?")
                        .param(AXON_SERVER)
                        .update();
            }
        } else if (!known.keptBy().equals(POSTGRES)) {
            throw new StartRefused(
                    "The events of this database are kept by an Axon Server: start with SPRING_PROFILES_ACTIVE=axon-server,"
                            + " or move them back first (docs/operations.md).");
        }
        running = true;
    }

    private void checkSameStore(long known) {
        long kept;
        try {
            kept = end.committed();
        } catch (RuntimeException e) {
            throw new StartRefused(
                    "The Axon Server cannot be reached or lets nobody in: check axon.axonserver.servers and axon.axonserver.token.",
                    e);
        }
        if (kept < known) {
            throw new StartRefused(
                    "The Axon Server has " + kept + " events and this database has seen " + known
                            + ": it is another store, an older state of it, or one that was not moved yet (docs/operations.md).");
        }
        if (known > 0
                && !identifierAt(known)
                        .equals(jdbc.sql("SELECT event_identifier FROM store.domain_event WHERE position = ?")
                                .param(known)
                                .query(String.class)
                                .optional()
                                .orElse(""))) {
            throw new StartRefused("The Axon Server's event at position " + known
                    + " is not the one that this database has there: it is another store (docs/operations.md).");
        }
    }

    private String identifierAt(long position) {
        @Nullable TrackingToken before = position == 1 ? null : new GlobalSequenceTrackingToken(position - 1);
        try (BlockingStream<TrackedEventMessage<?>> stream = events.openStream(before)) {
            if (stream.hasNextAvailable(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                return stream.nextAvailable().getIdentifier();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new StartRefused("The Axon Server does not give its event at position " + position + ".");
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before everybody else. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
