package ticketing.command;

import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.axonframework.common.lock.Lock;
import org.axonframework.common.lock.LockFactory;
import org.axonframework.eventsourcing.CachingEventSourcingRepository;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.modelling.command.LockAwareAggregate;
import ticketing.command.eventstore.Streams;

/**
 * A repository of the only writer, which knows of most aggregates that they do not exist. Each booking, and each ticket that is wanted for the first time, is looked for
 * before it is made: opening its empty stream, and writing down the stack of the exception that says so, took a third of a hold's time on its own thread.
 */
final class KnowingRepository<T> extends CachingEventSourcingRepository<T> {

    private final AggregateCache cache;
    private final Streams streams;
    private final LockFactory locks;
    private final Predicate<T> over;

    /** @param over whether hardly anybody will want this aggregate again, so that it is not worth keeping */
    KnowingRepository(
            EventSourcingRepository.Builder<T> builder,
            AggregateCache cache,
            Streams streams,
            LockFactory locks,
            Predicate<T> over) {
        super(builder.cache(cache).lockFactory(locks));
        this.cache = cache;
        this.streams = streams;
        this.locks = locks;
        this.over = over;
    }

    @Override
    protected void doSaveWithLock(EventSourcedAggregate<T> aggregate) {
        super.doSaveWithLock(aggregate);
        boolean isOver = aggregate.invoke(over::test);
        if (isOver) {
            String identifier = aggregate.identifierAsString();
            // Its stream is known to exist by then; the lock is still held.
            CurrentUnitOfWork.get().afterCommit(_ -> cache.remove(identifier));
        }
    }

    @Override
    protected LockAwareAggregate<T, EventSourcedAggregate<T>> doLoadOrCreate(
            String aggregateIdentifier, Callable<T> factoryMethod) throws Exception {
        if (mayExist(aggregateIdentifier)) {
            return super.doLoadOrCreate(aggregateIdentifier, factoryMethod);
        }
        Lock lock = locks.obtainLock(aggregateIdentifier);
        boolean kept = false;
        try {
            // Whoever had the lock before may have made it.
            if (mayExist(aggregateIdentifier)) {
                return super.doLoadOrCreate(aggregateIdentifier, factoryMethod);
            }
            EventSourcedAggregate<T> aggregate = doCreateNewForLock(factoryMethod);
            CurrentUnitOfWork.get().onCleanup(_ -> lock.release());
            kept = true;
            return new LockAwareAggregate<>(aggregate, lock);
        } finally {
            if (!kept) {
                lock.release();
            }
        }
    }

    private boolean mayExist(String aggregateIdentifier) {
        return cache.containsKey(aggregateIdentifier) || streams.mayExist(aggregateIdentifier);
    }
}
