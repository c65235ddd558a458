package ticketing.api.embedded;

import java.nio.file.Path;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import ticketing.api.start.TicketingSettings;

/**
 * Runs an Elasticsearch beside the embedded database, unless {@code spring.elasticsearch.uris} names another or {@code ticketing.search.embedded} is false.
 * Beside a database elsewhere there is none: index and events would not be kept, moved and restored together.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(EmbeddedSearchWanted.class)
class EmbeddedSearchConfiguration {

    @Bean
    EmbeddedSearch embeddedSearch(DataDirectory data, TicketingSettings settings, SearchServerSettings search) {
        Path programs = settings.embedded().programDir();
        Path archive = search.server().archive();
        return new EmbeddedSearch(
                data.path().resolve("elasticsearch"),
                programs == null ? data.path().resolve("programs") : programs.toAbsolutePath(),
                archive == null ? ElasticsearchProgram.archive() : archive.toAbsolutePath(),
                new ElasticsearchServer.Size(
                        search.server().heap(), search.server().jvmOptions()));
    }

    @Bean
    Beginning embeddedSearchBeginning(EmbeddedSearch search) {
        return new Beginning(search);
    }

    /** The first seconds of two processors belong to the program: buyers come before the search that PostgreSQL answers as long. */
    static final class Beginning {

        private final EmbeddedSearch search;

        Beginning(EmbeddedSearch search) {
            this.search = search;
        }

        @EventListener
        void ready(ApplicationReadyEvent event) {
            search.begin();
        }

        @EventListener
        void closed(ContextClosedEvent event) {
            search.expectEnd();
        }
    }
}
