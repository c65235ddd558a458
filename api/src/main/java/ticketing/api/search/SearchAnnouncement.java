package ticketing.api.search;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import ticketing.api.embedded.EmbeddedSearch;
import ticketing.api.start.Announcement;

/** Says who will answer searches. */
@Component
@Order(1)
final class SearchAnnouncement implements Announcement {

    private final ElasticsearchSettings settings;
    private final ObjectProvider<EmbeddedSearch> embedded;

    SearchAnnouncement(ElasticsearchSettings settings, ObjectProvider<EmbeddedSearch> embedded) {
        this.settings = settings;
        this.embedded = embedded;
    }

    @Override
    public String label() {
        return "Search";
    }

    @Override
    public List<String> lines() {
        if (!settings.uris().isEmpty()) {
            return List.of("Elasticsearch at "
                    + settings.nodes().stream().map(URI::toString).collect(Collectors.joining(", ")));
        }
        return List.of(
                embedded.getIfAvailable() == null
                        ? "PostgreSQL"
                        : "PostgreSQL until the embedded Elasticsearch is started, which is next");
    }
}
