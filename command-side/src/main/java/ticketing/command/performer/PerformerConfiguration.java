package ticketing.command.performer;

import org.axonframework.config.ConfigurerModule;
import org.axonframework.modelling.command.Repository;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.command.AggregateRepositories;

@Configuration(proxyBeanMethods = false)
class PerformerConfiguration {

    @Bean
    Repository<Performer> performerRepository(AggregateRepositories repositories) {
        return repositories.of(Performer.class);
    }

    @Bean
    ConfigurerModule performerCommands(Repository<Performer> repository) {
        return AggregateRepositories.handling(Performer.class, repository);
    }
}
