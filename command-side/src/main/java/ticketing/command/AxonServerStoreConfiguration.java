package ticketing.command;

import java.util.List;
import org.axonframework.axonserver.connector.AxonServerConfiguration;
import org.axonframework.axonserver.connector.AxonServerConnectionManager;
import org.axonframework.axonserver.connector.command.AxonServerCommandBus;
import org.axonframework.axonserver.connector.command.CommandPriorityCalculator;
import org.axonframework.axonserver.connector.event.axon.AxonServerEventStore;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandBusSpanFactory;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.distributed.RoutingStrategy;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.EventBusSpanFactory;
import org.axonframework.eventsourcing.snapshotting.SnapshotFilter;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import ticketing.command.axonserver.AxonServerStore;
import ticketing.command.axonserver.CommandPriorities;
import ticketing.command.axonserver.CommandThreads;
import ticketing.command.axonserver.ConditionalOnAxonServer;
import ticketing.command.axonserver.HandlingNode;
import ticketing.command.axonserver.RouteRetry;
import ticketing.command.axonserver.SendingNode;
import ticketing.command.axonserver.ShowRouting;
import ticketing.command.eventstore.EventSerializer;
import ticketing.messages.Rejected;

/** How commands reach the aggregates and what they are stored in, where an Axon Server routes the ones and keeps the others. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnAxonServer
class AxonServerStoreConfiguration {

    /** Each may wait for a lock or the server; virtual threads make that cheap. */
    private static final int COMMANDS_AT_ONCE = 256;

    @Bean({"eventStore", "eventBus"})
    AxonServerStore eventStore(
            AxonServerConfiguration settings,
            AxonServerConnectionManager connections,
            EventSerializer serializer,
            EventUpcaster upcasters,
            ObjectProvider<EventBusSpanFactory> spans) {
        AxonServerEventStore.Builder builder = AxonServerEventStore.builder()
                .configuration(settings)
                .platformConnectionManager(connections)
                .eventSerializer(serializer)
                .snapshotSerializer(serializer)
                .upcasterChain(upcasters)
                .snapshotFilter(SnapshotFilter.allowAll());
        spans.ifAvailable(builder::spanFactory);
        return new AxonServerStore(builder.build());
    }

    @Bean
    RoutingStrategy routingStrategy() {
        return new ShowRouting();
    }

    @Bean
    CommandPriorityCalculator commandPriorities() {
        return new CommandPriorities();
    }

    /**
     * Without a transaction: a deadline is written, and durable, while its unit of work is prepared, and the events follow with the commit. A crash in between
     * leaves an alarm for nothing; the other way round it would leave a hold that never ends.
     */
    @Bean
    @Qualifier("localSegment")
    CommandBus handlingNode(List<CorrelationDataProvider> correlation, ObjectProvider<CommandBusSpanFactory> spans) {
        SimpleCommandBus.Builder builder = SimpleCommandBus.builder()
                .transactionManager(NoTransactionManager.instance())
                .rollbackConfiguration(failure -> !(failure instanceof Rejected));
        spans.ifAvailable(builder::spanFactory);
        SimpleCommandBus bus = builder.build();
        bus.registerHandlerInterceptor(new CorrelationDataInterceptor<>(correlation));
        bus.registerHandlerInterceptor(new UnknownAggregates());
        return new HandlingNode(bus);
    }

    @Bean(destroyMethod = "shutdown")
    CommandThreads commandThreads() {
        return new CommandThreads(COMMANDS_AT_ONCE);
    }

    @Bean
    @Primary
    AxonServerCommandBus commandBus(
            AxonServerConnectionManager connections,
            AxonServerConfiguration settings,
            @Qualifier("localSegment") CommandBus handlingNode,
            EventSerializer serializer,
            RoutingStrategy routing,
            CommandPriorityCalculator priorities,
            CommandThreads threads,
            ObjectProvider<CommandBusSpanFactory> spans) {
        AxonServerCommandBus.Builder builder = AxonServerCommandBus.builder()
                .axonServerConnectionManager(connections)
                .configuration(settings)
                .localSegment(handlingNode)
                .serializer(serializer)
                .routingStrategy(routing)
                .priorityCalculator(priorities)
                .loadFactorProvider(command -> settings.getCommandLoadFactor())
                .executorServiceBuilder((_, _) -> threads);
        // On the way to another process a command carries its trace with it.
        spans.ifAvailable(builder::spanFactory);
        return builder.build();
    }

    @Bean
    CommandGateway commandGateway(AxonServerCommandBus commandBus) {
        return DefaultCommandGateway.builder()
                .commandBus(new SendingNode(commandBus))
                .retryScheduler(new RouteRetry())
                .build();
    }
}
