package ticketing.api.metrics;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import ticketing.command.axonserver.ConditionalOnAxonServer;
import ticketing.command.axonserver.ConditionalOnPostgresStore;
import ticketing.command.eventstore.GroupCommit;

/** Meters of those who decide. What is asked for is asked when somebody reads the meters, so that it costs nobody else anything. */
@Configuration(proxyBeanMethods = false)
class ProgramMeters {

    /** Seconds that a question to the database may take, so that the other meters can be read without one. */
    private static final int ANSWER_WITHIN = 2;

    @Bean
    MeterBinder groupCommitMeters(GroupCommit groupCommit) {
        return registry -> {
            DistributionSummary units = DistributionSummary.builder("ticketing.commit.batch")
                    .description("Units of work written with one commit")
                    .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
                    .register(registry);
            Timer time = Timer.builder("ticketing.commit.time")
                    .description("How long one commit of the event store took, tries included")
                    .publishPercentiles(0.5, 0.99)
                    .register(registry);
            groupCommit.onBatch((size, nanos) -> {
                units.record(size);
                time.record(nanos, TimeUnit.NANOSECONDS);
            });
            Gauge.builder("ticketing.commit.queue", groupCommit::waiting)
                    .description("Units of work that wait for the writer of the event store")
                    .register(registry);
        };
    }

    @Bean
    @ConditionalOnPostgresStore
    HoldAges holdAges(GroupCommit groupCommit, MeterRegistry registry) {
        HoldAges ages = new HoldAges(registry);
        groupCommit.onWritten(ages);
        return ages;
    }

    /** Where an Axon Server stores the events, many threads write. */
    @Bean
    @ConditionalOnAxonServer
    HoldAges holdAgesOfThisNode(EventStore events, MeterRegistry registry) {
        HoldAges ages = new HoldAges(registry);
        events.subscribe(published -> CurrentUnitOfWork.get().afterCommit(_ -> {
            synchronized (ages) {
                for (EventMessage<?> event : published) {
                    if (event instanceof DomainEventMessage<?> stored) {
                        ages.stored(stored);
                    }
                }
            }
        }));
        return ages;
    }

    @Bean
    MeterBinder deadlineMeters(JdbcTemplate jdbc) {
        JdbcTemplate hasty = new JdbcTemplate(Objects.requireNonNull(jdbc.getDataSource()));
        hasty.setQueryTimeout(ANSWER_WITHIN);
        return registry -> Gauge.builder("ticketing.deadlines.late", () -> late(hasty))
                .description("How long the oldest deadline that is due has been waiting to be fired")
                .baseUnit("seconds")
                .register(registry);
    }

    private static double late(JdbcTemplate jdbc) {
        Double late = jdbc.queryForObject(
                "SELECT greatest(0, coalesce(extract(epoch FROM clock_timestamp() - min(due_at)), 0))::float8 FROM store.deadline",
                Double.class);
        return late == null ? 0 : late;
    }
}
