package ticketing.command;

import java.util.List;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandBusSpanFactory;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.eventhandling.EventBusSpanFactory;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.command.axonserver.ConditionalOnPostgresStore;
import ticketing.command.eventstore.EventSerializer;
import ticketing.command.eventstore.GroupCommit;
import ticketing.command.eventstore.PostgresEventStorageEngine;
import ticketing.command.eventstore.PostgresEventStore;
import ticketing.messages.Rejected;

/** How commands reach the aggregates and what they are stored in, where PostgreSQL keeps the events. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnPostgresStore
class PostgresStoreConfiguration {

    private static final int EVENTS_A_READ = 500;

    @Bean(initMethod = "start", destroyMethod = "close")
    @DependsOnDatabaseInitialization
    GroupCommit groupCommit(DataSource dataSource) {
        return new GroupCommit(dataSource);
    }

    @Bean
    PostgresEventStorageEngine eventStorageEngine(
            DataSource dataSource,
            GroupCommit groupCommit,
            EventSerializer serializer,
            EventUpcaster upcasters,
            SoleWriter soleWriter) {
        return new PostgresEventStorageEngine(
                dataSource, groupCommit, serializer, upcasters, EVENTS_A_READ, false, soleWriter.sole());
    }

    @Bean(
            name = {"eventStore", "eventBus"},
            initMethod = "start",
            destroyMethod = "close")
    PostgresEventStore eventStore(
            PostgresEventStorageEngine engine, GroupCommit groupCommit, ObjectProvider<EventBusSpanFactory> spans) {
        return new PostgresEventStore(engine, groupCommit, spans.getIfAvailable());
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
}
