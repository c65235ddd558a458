package ticketing.api;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.EventProcessor;
import org.axonframework.eventhandling.EventTrackerStatus;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.api.embedded.DataDirectory;
import ticketing.api.node.Nodes;
import ticketing.api.node.ThisNode;
import ticketing.command.SoleWriter;
import ticketing.command.eventstore.GroupCommit;
import ticketing.command.eventstore.PostgresEventStore;
import ticketing.projections.TokenProgress;

/** What processes that share a database tell each other. */
@Configuration(proxyBeanMethods = false)
class SeveralNodes {

    /** @param configured names this process where several share a database; the same name after a restart takes its read models up at once */
    @Bean
    ThisNode thisNode(
            SoleWriter writer, ObjectProvider<DataDirectory> embedded, @Value("${ticketing.node:}") String configured) {
        String name = configured;
        if (name.isBlank()) {
            // Whoever holds the data directory is the only one on its database, now and after a crash.
            name = embedded.getIfAvailable() == null ? UUID.randomUUID().toString() : "embedded";
        }
        return new ThisNode(name, writer.sole());
    }

    @Bean(destroyMethod = "close")
    @DependsOnDatabaseInitialization
    Nodes nodes(DataSource dataSource, ThisNode self, ObjectProvider<DataDirectory> embedded) {
        Nodes nodes = new Nodes(dataSource, self);
        nodes.start(embedded.getIfAvailable() != null);
        return nodes;
    }

    @Bean
    SmartLifecycle progressNews(
            Nodes nodes,
            GroupCommit groupCommit,
            PostgresEventStore events,
            TokenProgress progress,
            EventProcessingConfiguration processors) {
        ProgressNews news = new ProgressNews(nodes, events, processors);
        if (!nodes.self().alone()) {
            groupCommit.onCommitted(position -> nodes.tell(Nodes.HEAD, position));
            events.onHead(_ -> news.ring());
            nodes.onNews((what, position) -> {
                if (what.equals(Nodes.HEAD)) {
                    events.heardOf(position);
                } else {
                    progress.told(what, position);
                }
            });
            nodes.onLost(progress::forgetTold);
        }
        return news;
    }

    /**
     * Tells the other nodes how far the read models have come that are followed here. It asks the processors: they store no token for events that do not concern
     * them, so the database does not know it.
     */
    private static final class ProgressNews implements SmartLifecycle {

        /** How often it is told even if nobody needs it: somebody may have missed it. */
        private static final long AGAIN_MILLIS = 1_000;

        /** How often a read model that is behind is asked again, and for how long. */
        private static final long ASK_AGAIN_MILLIS = 5;

        private static final long LONGEST_BEHIND_MILLIS = 2_000;

        private final Nodes nodes;
        private final PostgresEventStore events;
        private final EventProcessingConfiguration processors;
        private final Semaphore bell = new Semaphore(0);
        private volatile boolean running;

        ProgressNews(Nodes nodes, PostgresEventStore events, EventProcessingConfiguration processors) {
            this.nodes = nodes;
            this.events = events;
            this.processors = processors;
        }

        void ring() {
            if (bell.availablePermits() == 0) {
                bell.release();
            }
        }

        private void run() {
            Map<String, Long> told = new HashMap<>();
            try {
                while (running) {
                    boolean rung = bell.tryAcquire(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                    bell.drainPermits();
                    if (!rung) {
                        told.clear();
                    }
                    long giveUp = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_BEHIND_MILLIS);
                    while (running && nodes.others() > 0 && tell(told) && System.nanoTime() < giveUp) {
                        Thread.sleep(ASK_AGAIN_MILLIS);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** @return whether some read model that is followed here is behind the head */
        private boolean tell(Map<String, Long> told) {
            long head = events.head();
            boolean behind = false;
            for (Map.Entry<String, EventProcessor> each :
                    processors.eventProcessors().entrySet()) {
                OptionalLong position = each.getValue() instanceof StreamingEventProcessor streaming
                        ? position(streaming)
                        : OptionalLong.empty();
                if (position.isPresent()) {
                    long at = position.getAsLong();
                    Long before = told.put(each.getKey(), at);
                    if (before == null || before != at) {
                        nodes.tell(each.getKey(), at);
                    }
                    behind |= at < head;
                }
            }
            return behind;
        }

        private static OptionalLong position(StreamingEventProcessor processor) {
            EventTrackerStatus status = processor.processingStatus().get(0);
            return status == null ? OptionalLong.empty() : status.getCurrentPosition();
        }

        @Override
        public void start() {
            if (!running && !nodes.self().alone()) {
                running = true;
                Thread.ofVirtual().name("progress-news").start(this::run);
            }
        }

        @Override
        public void stop() {
            running = false;
            ring();
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }
}
