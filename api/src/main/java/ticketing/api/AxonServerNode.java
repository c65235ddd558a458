package ticketing.api;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import org.axonframework.axonserver.connector.AxonServerConfiguration;
import org.axonframework.axonserver.connector.AxonServerConnectionManager;
import org.axonframework.axonserver.connector.query.AxonServerQueryBus;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.axonframework.queryhandling.SimpleQueryBus;
import org.axonframework.serialization.Serializer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.role.ConditionalOnRole;
import ticketing.api.role.NodeRole;
import ticketing.command.axonserver.CommandThreads;
import ticketing.command.axonserver.ConditionalOnAxonServer;
import ticketing.command.eventstore.StoreEnd;
import ticketing.projections.ProjectionProgress;
import ticketing.projections.eventlog.EventLog;
import ticketing.projections.seatfeed.StoreHead;

/** What differs at the reading end where an Axon Server keeps the events and routes the questions. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnAxonServer
class AxonServerNode {

    /** Also while another copy of a read model takes over. */
    private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(5);

    /** Questions that this process can answer itself do not travel. */
    @Bean
    QueryBus queryBus(
            AxonServerConnectionManager connections,
            AxonServerConfiguration settings,
            Serializer serializer,
            QueryUpdateEmitter updates) {
        return AxonServerQueryBus.builder()
                .axonServerConnectionManager(connections)
                .configuration(settings)
                .localSegment(SimpleQueryBus.builder()
                        .transactionManager(NoTransactionManager.instance())
                        .queryUpdateEmitter(updates)
                        .build())
                .updateEmitter(updates)
                .messageSerializer(serializer)
                .genericSerializer(serializer)
                .enabledLocalSegmentShortCut()
                .build();
    }

    @Bean
    StoreHead storeHead(StoreEnd events) {
        return events::committed;
    }

    @Bean
    Visibility visibility(StoreEnd events, ProjectionProgress progress) {
        return processingGroups -> {
            long deadline = System.nanoTime() + VISIBLE_WITHIN.toNanos();
            long head = events.committed();
            for (String group : processingGroups) {
                Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
                if (!progress.await(group, head, left)) {
                    return false;
                }
            }
            return true;
        };
    }

    /** Part of readiness: without it nothing can be sold here, and another process may have its connection. */
    @Bean
    HealthIndicator axonServerHealthIndicator(
            AxonServerConnectionManager connections, AxonServerConfiguration settings) {
        return () -> connections.isConnected(settings.getContext())
                ? Health.up().build()
                : Health.down().withDetail("axonServer", "no connection").build();
    }

    @Bean
    @ConditionalOnRole(any = NodeRole.COMMAND)
    MeterBinder waitingCommands(CommandThreads threads) {
        return registry -> Gauge.builder("ticketing.commands.waiting", threads::waiting)
                .description("Commands that have come to this node and wait for their turn")
                .register(registry);
    }

    /** The log of events begins where this database already is: after the last event that was moved or that it has followed before. */
    @Bean
    @ConditionalOnRole(any = NodeRole.PROJECTION)
    ConfigurerModule eventLogProcessor(JdbcClient jdbc) {
        return configurer -> configurer
                .eventProcessing()
                .registerTrackingEventProcessorConfiguration(
                        EventLog.GROUP,
                        configuration -> ReadModels.following().andInitialTrackingToken(source -> {
                            long position = jdbc.sql("SELECT position FROM store.event_head")
                                    .query(Long.class)
                                    .single();
                            return position == 0 ? null : new GlobalSequenceTrackingToken(position);
                        }));
    }

    /**
     * A processor stores no position for events that none of its handlers takes. Other processes know a read model's position from nowhere else, and their
     * writers wait for it.
     */
    @Bean
    @ConditionalOnRole(any = NodeRole.PROJECTION)
    ConfigurerModule everyPositionIsStored() {
        return configurer -> configurer
                .eventProcessing()
                .registerEventHandler(_ -> new CatalogueSeesAll())
                .registerEventHandler(_ -> new SeatViewSeesAll())
                .registerEventHandler(_ -> new BookingViewSeesAll())
                .registerEventHandler(_ -> new HistorySeesAll());
    }

    @ProcessingGroup("catalogue")
    static final class CatalogueSeesAll {
        @EventHandler
        void on(Object any) {}
    }

    @ProcessingGroup("seat-view")
    static final class SeatViewSeesAll {
        @EventHandler
        void on(Object any) {}
    }

    @ProcessingGroup("booking-view")
    static final class BookingViewSeesAll {
        @EventHandler
        void on(Object any) {}
    }

    @ProcessingGroup("history")
    static final class HistorySeesAll {
        @EventHandler
        void on(Object any) {}
    }
}
