package ticketing.command.ticket;

import org.axonframework.modelling.command.Repository;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.command.AggregateRepositories;

@Configuration(proxyBeanMethods = false)
class TicketConfiguration {

    @Bean
    Repository<Ticket> ticketRepository(AggregateRepositories repositories) {
        return repositories.of(Ticket.class);
    }
}
