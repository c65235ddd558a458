package ticketing.command.show;

import org.axonframework.modelling.command.Repository;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.command.AggregateRepositories;

@Configuration(proxyBeanMethods = false)
class ShowConfiguration {

    @Bean
    Repository<Show> showRepository(AggregateRepositories repositories) {
        return repositories.of(Show.class);
    }
}
