package ticketing.command;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.axonframework.common.lock.Lock;
import org.axonframework.config.AggregateConfigurer;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.annotation.HandlerDefinition;
import org.axonframework.messaging.annotation.ParameterResolverFactory;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.modelling.command.Repository;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.springframework.stereotype.Component;
import ticketing.command.eventstore.Streams;
import ticketing.messages.Command;

/** Makes the repositories of aggregates, all alike: event sourced, one writer at a time, with a bounded queue at each aggregate's lock. */
@Component
public final class AggregateRepositories {

    private static final int LONGEST_QUEUE = 2_000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private static final int FEW = 100;

    /** Axon's own resolver looks for annotations on every command. */
    private static final CommandTargetResolver TARGET = message -> {
        Command command = (Command) message.getPayload();
        return new VersionedAggregateIdentifier((Object) command.target().value(), null);
    };

    private final AggregateLocks locks = new AggregateLocks(LONGEST_QUEUE, LONGEST_WAIT);
    private final EventStore eventStore;
    private final Streams streams;
    private final ParameterResolverFactory parameters;
    private final HandlerDefinition handlers;
    private final boolean soleWriter;

    AggregateRepositories(
            EventStore eventStore,
            Streams streams,
            ParameterResolverFactory parameters,
            HandlerDefinition handlers,
            SoleWriter soleWriter) {
        this.soleWriter = soleWriter.sole();
        this.eventStore = eventStore;
        this.streams = streams;
        this.parameters = parameters;
        this.handlers = handlers;
    }

    /** A repository of aggregates of which few are in use at a time; see {@link #of(Class, int)}. */
    public <T> Repository<T> of(Class<T> aggregate) {
        return of(aggregate, FEW);
    }

    /** A repository that keeps all of its aggregates alike; see {@link #of(Class, int, Predicate)}. */
    public <T> Repository<T> of(Class<T> aggregate, int mostCached) {
        return of(aggregate, mostCached, _ -> false);
    }

    /**
     * A repository; its aggregate is reached through a handler beside it, unless it is subscribed itself.
     *
     * @param mostCached how many aggregates are kept between commands where this process is the only writer
     * @param over whether one is not kept, because hardly anybody will want it again
     */
    public <T> Repository<T> of(Class<T> aggregate, int mostCached, Predicate<T> over) {
        EventSourcingRepository.Builder<T> builder = EventSourcingRepository.builder(aggregate)
                .eventStore(eventStore)
                .parameterResolverFactory(parameters)
                .handlerDefinition(handlers)
                .lockFactory(locks);
        return soleWriter
                ? new KnowingRepository<>(builder, new AggregateCache(mostCached), streams, locks, over)
                : builder.build();
    }

    /**
     * Locks these aggregates until the current unit of work ends, and has the first of them that is read bring all others along. The caller keeps to the order in
     * which everybody takes locks.
     */
    public void lock(List<String> aggregateIdentifiers) {
        UnitOfWork<?> unitOfWork = CurrentUnitOfWork.get();
        for (String identifier : aggregateIdentifiers) {
            Lock lock = locks.obtainLock(identifier);
            unitOfWork.onCleanup(_ -> lock.release());
        }
        streams.readTogether(aggregateIdentifiers);
    }

    /** Subscribes an aggregate that handles commands itself. */
    public static <T> ConfigurerModule handling(Class<T> aggregate, Repository<T> repository) {
        return configurer -> configurer.configureAggregate(AggregateConfigurer.defaultConfiguration(aggregate)
                .configureRepository(configuration -> repository)
                .configureCommandTargetResolver(configuration -> TARGET));
    }
}
