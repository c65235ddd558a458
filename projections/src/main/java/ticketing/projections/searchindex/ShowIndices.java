package ticketing.projections.searchindex;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.Time;
import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.indices.IndexState;
import co.elastic.clients.json.JsonData;
import co.elastic.clients.transport.rest5_client.Rest5ClientOptions;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The indices in Elasticsearch: one that an alias names, from which searches are answered, and at times a next one that is being built beside it. Each
 * carries in its metadata the version of the mapping, of which event store it tells and what its vectors were made with, so that an index that is not ours
 * or not of today is never taken for one that is.
 */
final class ShowIndices {

    /** To be raised with every change of the mapping or of what stands in the documents: then the index is built anew at the next start. */
    static final int VERSION = 5;

    private static final String MAPPING = "shows.json";

    /** How old the answers from an index may be. While it is built, when nobody asks it, that would only be work. */
    private static final Time REFRESHED = Time.of(time -> time.time("500ms"));

    private static final int OLDER_THAN_PRESENT = 409;
    private static final int NOT_THERE = 404;
    private static final Timeout LONGEST_REQUEST = Timeout.ofSeconds(30);
    private static final Timeout LONGEST_WAIT = Timeout.ofSeconds(1);

    /** A million shows take half a minute, their vectors much longer. It goes on when nobody waits for it any more. */
    private static final Timeout LONGEST_MERGE = Timeout.ofHours(1);

    private final ElasticsearchClient client;
    private final ElasticsearchAsyncClient background;
    private final String alias;
    private final Clock clock;
    private final Pattern ours;

    /** @param alias what searches name; the indices' own names begin with it */
    ShowIndices(ElasticsearchClient client, String alias, Clock clock) {
        this.client = client.withTransportOptions(patient(client, LONGEST_REQUEST));
        this.background = new ElasticsearchAsyncClient(client._transport(), patient(client, LONGEST_MERGE));
        this.alias = alias;
        this.clock = clock;
        this.ours = Pattern.compile(Pattern.quote(prefix()) + "\\d+-\\d+");
    }

    /** Nobody waits for a bulk write but its own thread. */
    private static Rest5ClientOptions patient(ElasticsearchClient client, Timeout longest) {
        Rest5ClientOptions.Builder options =
                Rest5ClientOptions.of(client._transport().options()).toBuilder();
        options.restClientRequestOptionsBuilder()
                .setRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(longest)
                        .setConnectionRequestTimeout(LONGEST_WAIT)
                        .build());
        return options.build();
    }

    /**
     * What is there.
     *
     * @param live the index that answers, whatever it is
     * @param usable whether it can be written on with
     * @param model what its vectors were made with, or {@link Meanings#NONE}
     */
    record Present(@Nullable String live, boolean usable, String model) {}

    /**
     * Looks which index answers searches, and removes those that were being built when somebody was interrupted.
     *
     * @param store of which event store the index has to tell
     */
    Present present(String store) throws IOException {
        Map<String, IndexState> indices = client.indices()
                .get(request -> request.index(prefix() + "*").allowNoIndices(true))
                .indices();
        String live = null;
        boolean usable = false;
        String model = Meanings.NONE;
        for (Map.Entry<String, IndexState> index : indices.entrySet()) {
            if (index.getValue().aliases().containsKey(alias)) {
                live = index.getKey();
                usable = isOf(index.getValue(), store);
                model = text(index.getValue(), "model").orElse(Meanings.NONE);
            } else if (ours.matcher(index.getKey()).matches()) {
                drop(index.getKey());
            }
        }
        return new Present(live, usable, model);
    }

    private static boolean isOf(IndexState index, String store) {
        return meta(index, "version")
                        .map(version -> version.to(Integer.class))
                        .filter(version -> version == VERSION)
                        .isPresent()
                && text(index, "store").filter(store::equals).isPresent();
    }

    private static Optional<String> text(IndexState index, String name) {
        return meta(index, name).map(value -> value.to(String.class));
    }

    private static Optional<JsonData> meta(IndexState index, String name) {
        return Optional.ofNullable(index.mappings())
                .map(mappings -> mappings.meta().get(name));
    }

    /**
     * Makes an empty index that nobody searches yet, and returns its name.
     *
     * @param store of which event store it will tell
     * @param model what its vectors will be made with, or {@link Meanings#NONE}
     */
    String create(String store, String model) throws IOException {
        String name = prefix() + VERSION + "-" + clock.millis();
        try (InputStream mapping = ShowIndices.class.getResourceAsStream(MAPPING)) {
            if (mapping == null) {
                throw new IllegalStateException("the program lacks its file " + MAPPING);
            }
            client.indices().create(request -> request.index(name).withJson(mapping));
        }
        client.indices()
                .putMapping(request -> request.index(name)
                        .meta(Map.of(
                                "version",
                                JsonData.of(VERSION),
                                "store",
                                JsonData.of(store),
                                "model",
                                JsonData.of(model))));
        return name;
    }

    /**
     * Writes documents into each of these indices, and takes shows out of them. What is there with a higher version stays as it is.
     *
     * @param version the position of the last event that the documents have seen
     * @throws IOException if not everything is written; it can be repeated as a whole
     */
    void write(Collection<String> indices, List<ShowDocument> documents, Collection<String> gone, long version)
            throws IOException {
        List<BulkOperation> operations = new ArrayList<>();
        for (String index : indices) {
            for (ShowDocument document : documents) {
                operations.add(BulkOperation.of(operation -> operation.<BinaryData>index(write -> write.index(index)
                        .id(document.showId())
                        .version(version)
                        .versionType(VersionType.ExternalGte)
                        .document(BinaryData.of(document.json(), ContentType.APPLICATION_JSON)))));
            }
            for (String show : gone) {
                operations.add(BulkOperation.of(operation -> operation.delete(
                        delete -> delete.index(index).id(show).version(version).versionType(VersionType.ExternalGte))));
            }
        }
        if (!operations.isEmpty()) {
            check(client.bulk(
                    BulkRequest.of(request -> request.operations(operations).requireAlias(false))));
        }
    }

    private static void check(BulkResponse response) throws IOException {
        if (!response.errors()) {
            return;
        }
        for (BulkResponseItem item : response.items()) {
            boolean outdated = item.status() == OLDER_THAN_PRESENT;
            boolean alreadyGone = item.status() == NOT_THERE && item.error() == null;
            if (item.error() != null && !outdated && !alreadyGone) {
                throw new IOException("%s of %s in %s: %d %s"
                        .formatted(
                                item.operationType(),
                                item.id(),
                                item.index(),
                                item.status(),
                                item.error().reason()));
            }
        }
    }

    /**
     * Lets searches be answered from another index, in one step, and deletes the one before.
     *
     * @param before what the alias has named, if anything
     */
    void publish(String index, @Nullable String before) throws IOException {
        client.indices()
                .putSettings(request -> request.index(index).settings(settings -> settings.refreshInterval(REFRESHED)));
        client.indices().refresh(request -> request.index(index));
        client.indices().updateAliases(request -> {
            request.actions(action -> action.add(add -> add.index(index).alias(alias)));
            if (before != null) {
                request.actions(
                        action -> action.remove(remove -> remove.index(before).alias(alias)));
            }
            return request;
        });
        if (before != null) {
            drop(before);
        }
    }

    /**
     * Makes one segment of an index, in the background, because every search begins anew in each segment. What is written later lies in small ones beside it.
     *
     * @return done when it is so; exceptionally if it is not, and then it answers too, only not so quickly
     */
    CompletableFuture<?> merge(String index) {
        return background.indices().forcemerge(request -> request.index(index).maxNumSegments(1L));
    }

    private void drop(String index) throws IOException {
        try {
            client.indices().delete(request -> request.index(index));
        } catch (ElasticsearchException e) {
            if (e.status() != NOT_THERE) {
                throw e;
            }
        }
    }

    private String prefix() {
        return alias + "-v";
    }
}
