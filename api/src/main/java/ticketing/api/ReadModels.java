package ticketing.api;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.UnitOfWorkAwareConnectionProviderWrapper;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.config.EventProcessingConfigurer;
import org.axonframework.eventhandling.EventTrackerStatus;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.axonframework.eventhandling.TrackingEventProcessorConfiguration;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.axonframework.queryhandling.SimpleQueryBus;
import org.axonframework.serialization.Serializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.embedded.DataDirectory;
import ticketing.api.node.Nodes;
import ticketing.api.role.ConditionalOnRole;
import ticketing.api.role.NodeRole;
import ticketing.command.SoleWriter;
import ticketing.command.axonserver.ConditionalOnPostgresStore;
import ticketing.command.eventstore.PostgresEventStore;
import ticketing.messages.Gathering;
import ticketing.projections.ProjectionProgress;
import ticketing.projections.StoredTokens;
import ticketing.projections.TokenProgress;
import ticketing.projections.history.History;
import ticketing.projections.replay.Replays;
import ticketing.projections.seatfeed.StoreHead;

/** How events reach the read models: one processor with one segment each, whose tables and token are written in one database transaction. */
@Configuration(proxyBeanMethods = false)
class ReadModels {

    private static final int EVENTS_A_BATCH = 500;
    private static final Duration TOKEN_CLAIM = Duration.ofSeconds(10);
    private static final long CLAIM_INTERVAL_MILLIS = 500;
    /** A writer never waits for what looks back, and a batch costs a transaction. */
    private static final Duration HISTORY_GATHERS = Duration.ofMillis(50);

    private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(2);

    /** As long as it takes until another node follows after the one that did has died. */
    private static final Duration VISIBLE_WITHIN_A_TAKEOVER = Duration.ofSeconds(5);

    private static final TokenSchema TOKENS = TokenSchema.builder()
            .setTokenTable("store.token")
            .setProcessorNameColumn("processor_name")
            .setTokenTypeColumn("token_type")
            .build();

    /** @param nodes this one has its name before anything is claimed under it */
    @Bean
    TokenProgress tokenStore(
            DataSource dataSource,
            Serializer serializer,
            ObjectProvider<EventProcessingConfiguration> processors,
            Nodes nodes) {
        ConnectionProvider connections =
                new UnitOfWorkAwareConnectionProviderWrapper(new SpringDataSourceConnectionProvider(dataSource));
        JdbcTokenStore store = JdbcTokenStore.builder()
                .connectionProvider(connections)
                .serializer(serializer)
                .schema(TOKENS)
                .claimTimeout(TOKEN_CLAIM)
                .nodeId(nodes.self().name())
                .build();
        StoredTokens stored = new StoredTokens(JdbcClient.create(dataSource), TOKENS, serializer);
        Map<String, StreamingEventProcessor> running = new ConcurrentHashMap<>();
        // Of read models that another node follows, requests that wait and requests that read ask at once.
        Gathering<String, Long> positions = new Gathering<>(stored::positions);
        return TokenProgress.watching(
                store,
                group -> reported(running, processors, group),
                group -> Objects.requireNonNullElse(positions.ask(group), 0L));
    }

    /** Asked by every waiting request: what runs here is looked up once. */
    private static OptionalLong reported(
            Map<String, StreamingEventProcessor> running,
            ObjectProvider<EventProcessingConfiguration> processors,
            String group) {
        StreamingEventProcessor processor = running.get(group);
        if (processor == null) {
            processor = Optional.ofNullable(processors.getIfAvailable())
                    .flatMap(configuration -> configuration.eventProcessor(group, StreamingEventProcessor.class))
                    .orElse(null);
            if (processor == null) {
                return OptionalLong.empty();
            }
            running.put(group, processor);
        }
        EventTrackerStatus status = processor.processingStatus().get(0);
        return status == null ? OptionalLong.empty() : status.getCurrentPosition();
    }

    /** Nobody else writes to an embedded database; of an external one only the operator can say that. */
    @Bean
    SoleWriter soleWriter(
            ObjectProvider<DataDirectory> embedded,
            @Value("${ticketing.sole-writer:false}") boolean configured,
            @Value("${axon.axonserver.enabled:false}") boolean axonServer) {
        // Routing keeps to one node only as long as no node comes or goes.
        return new SoleWriter(!axonServer && (configured || embedded.getIfAvailable() != null));
    }

    @Bean
    ConfigurerModule readModelProcessors(ObjectProvider<PostgresEventStore> store) {
        return configurer -> {
            PostgresEventStore events = store.getIfAvailable();
            EventProcessingConfigurer processing = configurer.eventProcessing();
            // A thread each that follows the stream by itself: with one segment there is nothing to coordinate.
            if (events == null) {
                processing.usingTrackingEventProcessors();
            } else {
                processing.registerEventProcessorFactory((name, configuration, handlers) -> Follower.of(
                        name,
                        configuration,
                        handlers,
                        name.equals(History.GROUP) ? events.inNoHurry(HISTORY_GATHERS) : events));
            }
            processing
                    .registerTrackingEventProcessorConfiguration(configuration -> following())
                    // A failing handler stops its read model and is retried; skipping the event would make the model
                    // wrong for ever.
                    .registerDefaultListenerInvocationErrorHandler(configuration -> (exception, event, handler) -> {
                        throw exception;
                    })
                    .registerDefaultErrorHandler(configuration -> PropagatingErrorHandler.instance())
                    .registerDefaultSequencingPolicy(configuration -> event -> "everything");
        };
    }

    /** How a read model follows the events. */
    static TrackingEventProcessorConfiguration following() {
        return TrackingEventProcessorConfiguration.forSingleThreadedProcessing()
                .andBatchSize(EVENTS_A_BATCH)
                .andTokenClaimInterval(CLAIM_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Queries read what is committed, each with statements of its own; a transaction around them would only hold a connection. */
    @Bean
    @ConditionalOnPostgresStore
    QueryBus queryBus(QueryUpdateEmitter updates) {
        return SimpleQueryBus.builder()
                .transactionManager(NoTransactionManager.instance())
                .queryUpdateEmitter(updates)
                .build();
    }

    @Bean
    @ConditionalOnRole(any = NodeRole.EDGE)
    ReadPosition readPosition(ProjectionProgress progress, Replays replays) {
        return new ReadPosition() {
            @Override
            public long of(String processingGroup) {
                return progress.position(processingGroup);
            }

            @Override
            public long replays() {
                return replays.swaps();
            }
        };
    }

    /** Nobody else can have committed anything that the sole writer does not know of; where there are others, only the database knows. */
    @Bean
    @ConditionalOnPostgresStore
    StoreHead storeHead(PostgresEventStore events, SoleWriter writer) {
        if (writer.sole()) {
            return events::head;
        }
        Gathering<String, Long> asked = new Gathering<>(questions -> {
            TrackingToken head = events.createHeadToken();
            long position = head == null ? 0 : head.position().orElse(0);
            events.heardOf(position);
            return questions.stream().collect(Collectors.toMap(question -> question, _ -> position));
        });
        return () -> Objects.requireNonNull(asked.ask("head"));
    }

    @Bean
    @ConditionalOnPostgresStore
    Visibility visibility(PostgresEventStore events, ProjectionProgress progress, SoleWriter writer) {
        Duration within = writer.sole() ? VISIBLE_WITHIN : VISIBLE_WITHIN_A_TAKEOVER;
        return processingGroups -> {
            long deadline = System.nanoTime() + within.toNanos();
            long head = events.head();
            for (String group : processingGroups) {
                Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
                if (!progress.await(group, head, left)) {
                    return false;
                }
            }
            return true;
        };
    }
}
