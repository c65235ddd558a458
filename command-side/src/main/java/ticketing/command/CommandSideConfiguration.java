package ticketing.command;

import java.time.Clock;
import javax.sql.DataSource;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import ticketing.command.booking.HoldEnds;
import ticketing.command.eventstore.EventSerializer;
import ticketing.command.show.ShowCancellation;

/** What every process needs to read and write messages and events, whoever keeps them. */
@Configuration(proxyBeanMethods = false)
class CommandSideConfiguration {

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

    /**
     * What makes an event of an older revision one of today's, for everybody who reads the store. There is one revision of each event yet, so there is nothing in it;
     * whoever raises one adds the step from the revision before, which stays for good.
     */
    @Bean
    EventUpcaster upcasters() {
        return new EventUpcasterChain();
    }

    @Bean
    @Qualifier("messageSerializer")
    Serializer messageSerializer(EventSerializer serializer) {
        return serializer;
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
}
