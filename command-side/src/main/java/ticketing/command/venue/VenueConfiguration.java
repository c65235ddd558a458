package ticketing.command.venue;

import org.axonframework.modelling.command.Repository;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.command.AggregateRepositories;

@Configuration(proxyBeanMethods = false)
class VenueConfiguration {

    @Bean
    Repository<Venue> venueRepository(AggregateRepositories repositories) {
        return repositories.handling(Venue.class);
    }
}
