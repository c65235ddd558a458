package ticketing.command.axonserver;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.axonframework.axonserver.connector.event.axon.AxonServerEventStore;
import org.axonframework.common.Registration;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.MessageDispatchInterceptor;
import org.jspecify.annotations.Nullable;
import ticketing.command.eventstore.StoreEnd;
import ticketing.command.eventstore.Streams;

/**
 * The events of one context of an Axon Server, with positions as everywhere in this program: from 1, where Axon Server counts from 0. So an event has the same
 * position whoever keeps it, and 0 is always before the first.
 *
 * <p>Streams tell of every event, also of those that their reader does not handle: a reader's position has to move on with each.
 */
public final class AxonServerStore implements EventStore, StoreEnd, Streams {

    private final AxonServerEventStore server;

    public AxonServerStore(AxonServerEventStore server) {
        this.server = server;
    }

    /** Asks the server: others write too. */
    @Override
    public long head() {
        return committed();
    }

    @Override
    public long committed() {
        TrackingToken head = createHeadToken();
        return head == null ? 0 : head.position().orElse(0);
    }

    /** Always: what others have begun is known to the server only. */
    @Override
    public boolean mayExist(String aggregateIdentifier) {
        return true;
    }

    /** The server has no such question: each stream is read by itself. */
    @Override
    public void readTogether(List<String> aggregateIdentifiers) {}

    /** No aggregate has snapshots: asking for one would be a round trip for nothing. */
    @Override
    public DomainEventStream readEvents(String aggregateIdentifier) {
        return server.readEvents(aggregateIdentifier, 0);
    }

    @Override
    public DomainEventStream readEvents(String aggregateIdentifier, long firstSequenceNumber) {
        return server.readEvents(aggregateIdentifier, firstSequenceNumber);
    }

    @Override
    public void storeSnapshot(DomainEventMessage<?> snapshot) {
        server.storeSnapshot(snapshot);
    }

    @Override
    public Optional<Long> lastSequenceNumberFor(String aggregateIdentifier) {
        return server.lastSequenceNumberFor(aggregateIdentifier);
    }

    @Override
    public void publish(List<? extends EventMessage<?>> events) {
        server.publish(events);
    }

    @Override
    public Registration subscribe(Consumer<List<? extends EventMessage<?>>> processor) {
        return server.subscribe(processor);
    }

    @Override
    public Registration registerDispatchInterceptor(MessageDispatchInterceptor<? super EventMessage<?>> interceptor) {
        return server.registerDispatchInterceptor(interceptor);
    }

    @Override
    public @Nullable TrackingToken createTailToken() {
        return null;
    }

    @Override
    public @Nullable TrackingToken createHeadToken() {
        return fromServer(server.createHeadToken());
    }

    /** Rather one event too early than one too late: servers of different versions give the first event's place, or the one before. */
    @Override
    public @Nullable TrackingToken createTokenAt(Instant moment) {
        return before(server.createTokenAt(moment));
    }

    @Override
    public @Nullable TrackingToken createTokenSince(Duration duration) {
        return before(server.createTokenSince(duration));
    }

    /** Of the server's number n our position n lies before the event at that place. */
    private static @Nullable TrackingToken before(@Nullable TrackingToken token) {
        long place = token == null ? 0 : token.position().orElse(0);
        return place <= 0 ? null : new GlobalSequenceTrackingToken(place);
    }

    @Override
    public TrackingEventStream openStream(@Nullable TrackingToken token) {
        return new Counted(server.openStream(toServer(token)));
    }

    private static @Nullable TrackingToken fromServer(@Nullable TrackingToken token) {
        return token == null
                ? null
                : new GlobalSequenceTrackingToken(token.position().orElse(-1) + 1);
    }

    private static @Nullable TrackingToken toServer(@Nullable TrackingToken token) {
        long position = token == null ? 0 : token.position().orElse(0);
        return position == 0 ? null : new GlobalSequenceTrackingToken(position - 1);
    }

    /** Counts from 1. */
    private static final class Counted implements TrackingEventStream {

        private final TrackingEventStream stream;

        Counted(TrackingEventStream stream) {
            this.stream = stream;
        }

        private static TrackedEventMessage<?> counted(TrackedEventMessage<?> event) {
            return event.withTrackingToken(fromServer(event.trackingToken()));
        }

        @Override
        public Optional<TrackedEventMessage<?>> peek() {
            return stream.peek().map(Counted::counted);
        }

        @Override
        public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
            return stream.hasNextAvailable(timeout, unit);
        }

        @Override
        public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
            return counted(stream.nextAvailable());
        }

        @Override
        public boolean setOnAvailableCallback(Runnable callback) {
            return stream.setOnAvailableCallback(callback);
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
