package ticketing.api.search;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.HealthStatus;
import java.io.IOException;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;
import ticketing.api.embedded.EmbeddedSearch;

/**
 * Who answers searches. Degraded, which is no failure of the program, while Elasticsearch should and does not; part of the whole health, not of readiness.
 */
@Component("searchHealthIndicator")
final class SearchHealth implements HealthIndicator {

    /** Unknown to Spring, so that it leaves the whole health as it is. */
    static final Status DEGRADED = new Status("DEGRADED", "PostgreSQL answers searches");

    private static final Duration LONGEST = Duration.ofMillis(300);
    private static final int FORBIDDEN = 403;

    private final ObjectProvider<ElasticsearchClient> client;
    private final ObjectProvider<EmbeddedSearch> embedded;

    SearchHealth(ObjectProvider<ElasticsearchClient> client, ObjectProvider<EmbeddedSearch> embedded) {
        this.client = client;
        this.embedded = embedded;
    }

    @Override
    public Health health() {
        ElasticsearchClient elasticsearch = client.getIfAvailable();
        if (elasticsearch == null) {
            return Health.up().withDetail("elasticsearch", "switched off").build();
        }
        EmbeddedSearch own = embedded.getIfAvailable();
        Health.Builder health = asked(ResponseTimeout.of(elasticsearch, LONGEST));
        if (own != null) {
            health.withDetail("embedded", own.state());
        }
        return health.build();
    }

    private static Health.Builder asked(ElasticsearchClient elasticsearch) {
        try {
            HealthStatus status = elasticsearch.cluster().health().status();
            return (status == HealthStatus.Red ? Health.status(DEGRADED) : Health.up())
                    .withDetail("elasticsearch", status.jsonValue());
        } catch (ElasticsearchException e) {
            // A key that may search need not be allowed to see the cluster's health.
            return (e.status() == FORBIDDEN ? Health.up() : Health.status(DEGRADED))
                    .withDetail("elasticsearch", "answers with " + e.status());
        } catch (IOException e) {
            return Health.status(DEGRADED).withDetail("elasticsearch", "does not answer");
        }
    }
}
