package ticketing.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ticketing.command.eventstore.Streams;

class KnowingRepositoryTest {

    record Begun(String id) {}

    record Ended(String id) {}

    static final class Thing {

        @AggregateIdentifier
        private @Nullable String id;

        private boolean over;

        void begin(String name) {
            apply(new Begun(name));
        }

        void end() {
            apply(new Ended(String.valueOf(id)));
        }

        boolean isOver() {
            return over;
        }

        @EventSourcingHandler
        void on(Begun event) {
            id = event.id();
        }

        @EventSourcingHandler
        void on(Ended event) {
            over = event.id().equals(id);
        }
    }

    private final Set<String> begun = new HashSet<>();
    private int reads;

    private final EmbeddedEventStore store = EmbeddedEventStore.builder()
            .storageEngine(new InMemoryEventStorageEngine() {
                @Override
                public DomainEventStream readEvents(String aggregateIdentifier, long firstSequenceNumber) {
                    reads++;
                    return super.readEvents(aggregateIdentifier, firstSequenceNumber);
                }

                @Override
                public void appendEvents(List<? extends EventMessage<?>> events) {
                    super.appendEvents(events);
                    events.forEach(event -> begun.add(((DomainEventMessage<?>) event).getAggregateIdentifier()));
                }
            })
            .build();

    private final KnowingRepository<Thing> repository = new KnowingRepository<>(
            EventSourcingRepository.builder(Thing.class).eventStore(store),
            new AggregateCache(10),
            new Streams() {
                @Override
                public boolean mayExist(String aggregateIdentifier) {
                    return begun.contains(aggregateIdentifier);
                }

                @Override
                public void readTogether(List<String> aggregateIdentifiers) {
                    // Nobody asks for several.
                }
            },
            new AggregateLocks(10, Duration.ofSeconds(5)),
            Thing::isOver);

    private void with(String id, Consumer<Thing> work) {
        DefaultUnitOfWork.startAndGet(new GenericMessage<>(id)).execute(() -> {
            try {
                repository.loadOrCreate(id, Thing::new).execute(work);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void what_may_be_wanted_again_is_kept_and_what_is_over_is_read_if_anybody_asks() {
        with("one", thing -> thing.begin("one"));
        with("one", thing -> assertThat(thing.isOver()).isFalse());
        assertThat(reads).isZero();

        with("one", Thing::end);
        assertThat(reads).isZero();
        with("one", thing -> assertThat(thing.isOver()).isTrue());
        assertThat(reads).isOne();
    }
}
