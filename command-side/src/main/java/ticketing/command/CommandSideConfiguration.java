package ticketing.command;

import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandBusSpanFactory;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventBusSpanFactory;
import org.axonframework.messaging.ScopeAware;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import ticketing.command.booking.HoldEnds;
import ticketing.command.deadline.PostgresDeadlineManager;
import ticketing.command.eventstore.EventSerializer;
import ticketing.command.eventstore.GroupCommit;
import ticketing.command.eventstore.PostgresEventStorageEngine;
import ticketing.command.eventstore.PostgresEventStore;
import ticketing.command.show.ShowCancellation;
import ticketing.messages.Rejected;

/** How commands reach the aggregates and what they are stored in. */
@Configuration(proxyBeanMethods = false)
class CommandSideConfiguration {

    private static final int EVENTS_A_READ = 500;

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** One serializer for events, messages and Axon's own types: JSON without default typing, never XStream. */
    @Bean
    @Primary
    EventSerializer generalSerializer() {
        return EventSerializer.create(PolicyScope.class, HoldEnds.class, ShowCancellation.class);
    }

    @Bean
    @Qualifier("eventSerializer")
    Serializer eventSerializer(EventSerializer serializer) {
        return serializer;
    }

    @Bean
    @Qualifier("messageSerializer")
    Serializer messageSerializer(EventSerializer serializer) {
        return serializer;
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    @DependsOnDatabaseInitialization
    GroupCommit groupCommit(DataSource dataSource) {
        return new GroupCommit(dataSource);
    }

    @Bean
    PostgresEventStorageEngine eventStorageEngine(
            DataSource dataSource, GroupCommit groupCommit, EventSerializer serializer, SoleWriter soleWriter) {
        return new PostgresEventStorageEngine(
                dataSource,
                groupCommit,
                serializer,
                NoOpEventUpcaster.INSTANCE,
                EVENTS_A_READ,
                false,
                soleWriter.sole());
    }

    @Bean(
            name = {"eventStore", "eventBus"},
            initMethod = "start",
            destroyMethod = "close")
    PostgresEventStore eventStore(
            PostgresEventStorageEngine engine, GroupCommit groupCommit, ObjectProvider<EventBusSpanFactory> spans) {
        return new PostgresEventStore(engine, groupCommit, spans.getIfAvailable());
    }

    /**
     * For everything that is not the command bus: projections write their tables and their token in one database transaction. It does not wait for the disk: what a
     * crash takes from a read model together with its token is read from the event store again.
     */
    @Bean
    @Primary
    TransactionManager axonTransactionManager(PlatformTransactionManager transactions, DataSource dataSource) {
        TransactionManager durable = new SpringTransactionManager(transactions);
        JdbcClient jdbc = JdbcClient.create(dataSource);
        return () -> {
            Transaction transaction = durable.startTransaction();
            try {
                jdbc.sql("SET LOCAL synchronous_commit = off").update();
            } catch (RuntimeException e) {
                transaction.rollback();
                throw e;
            }
            return transaction;
        };
    }

    @Bean
    @Qualifier("localSegment")
    CommandBus commandBus(
            GroupCommit groupCommit,
            List<CorrelationDataProvider> correlation,
            ObjectProvider<CommandBusSpanFactory> spans) {
        SimpleCommandBus.Builder builder = SimpleCommandBus.builder()
                .transactionManager(groupCommit)
                // A refusal has changed nothing: there is nothing to roll back, and the aggregates it read stay good.
                .rollbackConfiguration(failure -> !(failure instanceof Rejected));
        spans.ifAvailable(builder::spanFactory);
        SimpleCommandBus bus = builder.build();
        bus.registerHandlerInterceptor(new CorrelationDataInterceptor<>(correlation));
        bus.registerHandlerInterceptor(new UnknownAggregates());
        return bus;
    }

    @Bean
    CommandGateway commandGateway(CommandBus commandBus) {
        return DefaultCommandGateway.builder()
                .commandBus(commandBus)
                .retryScheduler(new ConflictRetry())
                .build();
    }

    @Bean(destroyMethod = "close")
    PostgresDeadlineManager deadlineManager(
            DataSource dataSource,
            GroupCommit groupCommit,
            EventSerializer serializer,
            ObjectProvider<ScopeAware> policies,
            Clock clock) {
        return new PostgresDeadlineManager(
                dataSource,
                groupCommit,
                serializer,
                scope -> policies.stream().filter(p -> p.canResolve(scope)),
                clock);
    }

    /** Deadlines go off only when the commands they lead to can be handled. */
    @Bean
    DeadlineStart deadlineStart(PostgresDeadlineManager deadlines) {
        return new DeadlineStart(deadlines);
    }
}
