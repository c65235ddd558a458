package ticketing.command.ticket;

import org.axonframework.modelling.command.Repository;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.command.AggregateRepositories;

@Configuration(proxyBeanMethods = false)
class TicketConfiguration {

    /** About half a kilobyte each. */
    private static final int MOST_CACHED = 150_000;

    @Bean
    Repository<Ticket> ticketRepository(AggregateRepositories repositories) {
        return repositories.of(Ticket.class, MOST_CACHED);
    }
}
