package ticketing.api;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.command.eventstore.StoreEnd;
import ticketing.projections.searchindex.SearchIndex;
import ticketing.query.search.IndexFreshness;

/** Tells those who search how far those are who keep the index. */
@Configuration(proxyBeanMethods = false)
class SearchIndexing {

    @Bean
    IndexFreshness indexFreshness(SearchIndex index) {
        return index::isCurrent;
    }

    /** Always up: without an index searches are answered all the same, and nothing that a restart would mend is wrong. */
    @Bean
    HealthIndicator searchIndexHealthIndicator(SearchIndex index) {
        return () -> {
            SearchIndex.Status status = index.status();
            return Health.up()
                    .withDetail("index", status.state())
                    .withDetail("position", status.position())
                    .withDetail("answers", index.isCurrent() ? "elasticsearch" : "postgres")
                    .build();
        };
    }

    @Bean
    MeterBinder searchIndexMeters(SearchIndex index, StoreEnd events) {
        return registry -> Gauge.builder(
                        "ticketing.search.index.behind",
                        () -> Math.max(0, events.head() - index.status().position()))
                .description("How many events the search index has not seen yet")
                .register(registry);
    }
}
