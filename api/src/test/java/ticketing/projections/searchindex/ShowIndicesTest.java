package ticketing.projections.searchindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.CommonStatsFlag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import ticketing.api.embedded.ElasticsearchServer;
import ticketing.api.embedded.TestElasticsearch;

class ShowIndicesTest {

    private static final AtomicLong CLOCK = new AtomicLong(1_000_000_000_000L);

    @TempDir(cleanup = CleanupMode.NEVER) // a server that a failed test left running still writes there
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    static ElasticsearchServer server;

    @SuppressWarnings("NullAway.Init")
    static ElasticsearchClient client;

    private final String alias = "test" + CLOCK.incrementAndGet();
    private final ShowIndices indices = new ShowIndices(client, alias, new Ticking());

    /** Never the same time twice, as with nobody who builds an index in no time. */
    private static final class Ticking extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(CLOCK.incrementAndGet());
        }
    }

    @BeforeAll
    static void start() throws Exception {
        server = TestElasticsearch.start(directory);
        client = ElasticsearchClient.of(settings -> settings.host(server.uri()));
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        server.close();
    }

    private static ShowDocument document(String id, long available) {
        return new ShowDocument(
                id,
                "{\"showId\":\"%s\",\"available\":%d}".formatted(id, available).getBytes(StandardCharsets.UTF_8));
    }

    private long available(String index, String id) throws IOException {
        Map<?, ?> document = Objects.requireNonNull(
                client.get(request -> request.index(index).id(id), Map.class).source());
        return ((Number) Objects.requireNonNull(document.get("available"))).longValue();
    }

    private boolean isThere(String index, String id) throws IOException {
        return client.exists(request -> request.index(index).id(id)).value();
    }

    @Test
    void a_repeated_or_reordered_write_does_not_win() throws IOException {
        String index = indices.create("ours", Meanings.NONE);
        indices.write(List.of(index), List.of(document("a", 10), document("b", 10)), List.of(), 10);
        indices.write(List.of(index), List.of(document("a", 99), document("b", 9)), List.of(), 9);
        assertThat(available(index, "a")).isEqualTo(10);
        assertThat(available(index, "b")).isEqualTo(10);
        indices.write(List.of(index), List.of(document("a", 8)), List.of(), 10);
        assertThat(available(index, "a")).as("the same again, drawn later").isEqualTo(8);
    }

    @Test
    void a_show_that_is_gone_does_not_come_back_with_a_late_write() throws IOException {
        String index = indices.create("ours", Meanings.NONE);
        indices.write(List.of(index), List.of(document("a", 10)), List.of(), 10);
        indices.write(List.of(index), List.of(), List.of("a", "never-there"), 12);
        assertThat(isThere(index, "a")).isFalse();
        indices.write(List.of(index), List.of(document("a", 5), document("never-there", 5)), List.of(), 11);
        assertThat(isThere(index, "a")).isFalse();
        assertThat(isThere(index, "never-there")).isFalse();
        indices.write(List.of(index), List.of(), List.of("a"), 11);
        indices.write(List.of(index), List.of(document("a", 7)), List.of(), 13);
        assertThat(available(index, "a")).isEqualTo(7);
    }

    @Test
    void an_unknown_field_is_refused_and_not_left_out() throws IOException {
        String index = indices.create("ours", Meanings.NONE);
        ShowDocument odd = new ShowDocument("a", "{\"showId\":\"a\",\"colour\":1}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> indices.write(List.of(index), List.of(odd), List.of(), 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("colour");
    }

    @Test
    void the_next_index_takes_the_place_of_the_present_one_and_the_rest_is_cleared_away() throws IOException {
        assertThat(indices.present("ours")).isEqualTo(new ShowIndices.Present(null, false, Meanings.NONE));
        String first = indices.create("ours", Meanings.NONE);
        indices.publish(first, null);
        assertThat(indices.present("ours")).isEqualTo(new ShowIndices.Present(first, true, Meanings.NONE));

        String second = indices.create("ours", Meanings.NONE);
        indices.write(List.of(first, second), List.of(document("a", 1)), List.of(), 1);
        indices.publish(second, first);
        assertThat(indices.present("ours")).isEqualTo(new ShowIndices.Present(second, true, Meanings.NONE));
        assertThat(client.indices().exists(request -> request.index(first)).value())
                .isFalse();
        assertThat(available(alias, "a")).isEqualTo(1);

        String abandoned = indices.create("ours", Meanings.NONE);
        String foreign = alias + "-vip";
        client.indices().create(request -> request.index(foreign));
        assertThat(indices.present("ours").live()).isEqualTo(second);
        assertThat(client.indices().exists(request -> request.index(abandoned)).value())
                .isFalse();
        assertThat(client.indices().exists(request -> request.index(foreign)).value())
                .as("only looks like ours")
                .isTrue();
    }

    @Test
    void an_index_is_made_into_one_segment() throws Exception {
        String index = indices.create("ours", Meanings.NONE);
        for (String id : List.of("a", "b", "c")) {
            indices.write(List.of(index), List.of(document(id, 1)), List.of(), 1);
            client.indices().refresh(request -> request.index(index));
        }
        assertThat(segments(index)).isGreaterThan(1);
        indices.merge(index).get(1, TimeUnit.MINUTES);
        client.indices().refresh(request -> request.index(index));
        assertThat(segments(index)).isEqualTo(1);
    }

    private long segments(String index) throws IOException {
        return Objects.requireNonNull(client.indices()
                        .stats(request -> request.index(index).metric(CommonStatsFlag.Segments))
                        .all()
                        .primaries())
                .segments()
                .count();
    }

    @Test
    void what_its_vectors_are_made_with_is_known_of_an_index() throws IOException {
        indices.publish(indices.create("ours", "some-model/1"), null);
        assertThat(indices.present("ours").usable()).isTrue();
        assertThat(indices.present("ours").model()).isEqualTo("some-model/1");
    }

    @Test
    void an_index_of_another_store_or_version_is_not_written_on_with() throws IOException {
        String theirs = indices.create("theirs", Meanings.NONE);
        indices.publish(theirs, null);
        assertThat(indices.present("ours")).isEqualTo(new ShowIndices.Present(theirs, false, Meanings.NONE));
        client.indices().putMapping(request -> request.index(theirs).meta(Map.of()));
        assertThat(indices.present("theirs")).isEqualTo(new ShowIndices.Present(theirs, false, Meanings.NONE));
    }
}
