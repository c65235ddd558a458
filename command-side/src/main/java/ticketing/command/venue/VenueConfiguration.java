package ticketing.command.venue;

import org.axonframework.config.ConfigurerModule;
import org.axonframework.modelling.command.Repository;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.command.AggregateRepositories;

@Configuration(proxyBeanMethods = false)
class VenueConfiguration {

    /** A large seat map takes megabytes. */
    private static final int MOST_CACHED = 8;

    @Bean
    Repository<Venue> venueRepository(AggregateRepositories repositories) {
        return repositories.of(Venue.class, MOST_CACHED);
    }

    @Bean
    ConfigurerModule venueCommands(Repository<Venue> repository) {
        return AggregateRepositories.handling(Venue.class, repository);
    }
}
