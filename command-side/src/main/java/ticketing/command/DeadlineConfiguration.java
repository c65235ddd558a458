package ticketing.command;

import java.time.Clock;
import javax.sql.DataSource;
import org.axonframework.messaging.ScopeAware;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.command.axonserver.ConditionalOnAxonServer;
import ticketing.command.deadline.PostgresDeadlineManager;
import ticketing.command.eventstore.EventSerializer;
import ticketing.command.eventstore.GroupCommit;

/** Deadlines are in PostgreSQL, whoever keeps the events. */
@Configuration(proxyBeanMethods = false)
class DeadlineConfiguration {

    /** Writes deadlines alone. */
    @Bean(initMethod = "start", destroyMethod = "close")
    @DependsOnDatabaseInitialization
    @ConditionalOnAxonServer
    GroupCommit deadlineCommit(DataSource dataSource) {
        return new GroupCommit(dataSource);
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
