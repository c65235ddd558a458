package ticketing.api.search;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import ticketing.api.embedded.EmbeddedSearch;
import ticketing.api.start.Announcement;
import ticketing.messages.search.SentenceModel;

/** Says who will answer searches. */
@Component
@Order(1)
final class SearchAnnouncement implements Announcement {

    private final ElasticsearchSettings settings;
    private final ObjectProvider<EmbeddedSearch> embedded;
    private final ObjectProvider<SentenceModel> model;

    SearchAnnouncement(
            ElasticsearchSettings settings,
            ObjectProvider<EmbeddedSearch> embedded,
            ObjectProvider<SentenceModel> model) {
        this.settings = settings;
        this.embedded = embedded;
        this.model = model;
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
        if (embedded.getIfAvailable() != null) {
            return List.of("PostgreSQL until the embedded Elasticsearch is started, which is next");
        }
        return List.of(
                model.getIfAvailable() == null
                        ? "PostgreSQL"
                        : "PostgreSQL, which knows words alone: ticketing.search.semantic needs an Elasticsearch");
    }
}
