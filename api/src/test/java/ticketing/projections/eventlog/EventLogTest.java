package ticketing.projections.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.axonframework.eventhandling.AnnotationEventHandlerAdapter;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventhandling.GenericTrackedDomainEventMessage;
import org.axonframework.eventhandling.GenericTrackedEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.ResultMessage;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.axonframework.messaging.unitofwork.RollbackConfigurationType;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import ticketing.command.eventstore.EventSerializer;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowId;

/** Events of elsewhere become the same rows that PostgreSQL's own store writes. */
@Timeout(60)
class EventLogTest {

    private static final Instant NOW = Instant.parse("2035-06-01T18:00:00Z");

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedPostgres postgres;

    private final DataSource database = postgres.getPostgresDatabase();
    private final JdbcClient jdbc = JdbcClient.create(database);
    private final AnnotationEventHandlerAdapter log =
            new AnnotationEventHandlerAdapter(new EventLog(new JdbcTemplate(database), EventSerializer.create()));

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
        Flyway.configure()
                .dataSource(postgres.getPostgresDatabase())
                .outOfOrder(true)
                .load()
                .migrate();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void empty() {
        jdbc.sql("TRUNCATE store.domain_event").update();
        jdbc.sql("UPDATE store.event_head SET position = 0").update();
    }

    /** An event that no class here stands for. */
    record OfTomorrow(@JsonProperty("word") String word) {}

    private static TrackedEventMessage<?> event(long position, String show, long sequence, Object payload) {
        return new GenericTrackedDomainEventMessage<>(
                new GlobalSequenceTrackingToken(position),
                new GenericDomainEventMessage<>(
                        "Show", show, sequence, payload, Map.of("traceId", "t" + position), "id" + position, NOW));
    }

    private static TrackedEventMessage<?> cancelled(long position, String show, long sequence) {
        return event(position, show, sequence, new ShowCancelled(new ShowId(show), NOW));
    }

    private @Nullable Throwable follow(TrackedEventMessage<?>... events) {
        BatchingUnitOfWork<TrackedEventMessage<?>> unit = new BatchingUnitOfWork<>(List.of(events));
        unit.attachTransaction(new SpringTransactionManager(new JdbcTransactionManager(database)));
        ResultMessage<?> result = unit.executeWithResult(
                () -> {
                    log.handle(unit.getMessage());
                    return true;
                },
                RollbackConfigurationType.ANY_THROWABLE);
        return result.isExceptional() ? result.exceptionResult() : null;
    }

    private List<String> rows() {
        return new ArrayList<>(jdbc.sql("""
                        SELECT position || ' ' || aggregate_identifier || ' ' || sequence_number || ' ' || aggregate_type || ' ' || event_identifier
                          || ' ' || payload_type || ' ' || coalesce(payload_revision, 'none') || ' ' || convert_from(meta_data, 'UTF8')
                        FROM store.domain_event ORDER BY position
                        """).query(String.class).list());
    }

    private long head() {
        return jdbc.sql("SELECT position FROM store.event_head")
                .query(Long.class)
                .single();
    }

    @Test
    void events_become_rows_under_their_positions_once() {
        assertThat(follow(cancelled(1, "a", 0), cancelled(2, "b", 0))).isNull();
        assertThat(follow(cancelled(2, "b", 0), cancelled(3, "a", 1))).isNull();
        assertThat(rows())
                .containsExactly(
                        "1 a 0 Show id1 show.ShowCancelled 1 {\"traceId\":\"t1\"}",
                        "2 b 0 Show id2 show.ShowCancelled 1 {\"traceId\":\"t2\"}",
                        "3 a 1 Show id3 show.ShowCancelled 1 {\"traceId\":\"t3\"}");
        assertThat(head()).isEqualTo(3);
        assertThat(follow(cancelled(1, "a", 0))).isNull();
        assertThat(head()).as("it never goes back").isEqualTo(3);
    }

    @Test
    void what_this_program_does_not_know_yet_and_what_no_aggregate_published_is_kept_too() {
        TrackedEventMessage<?> ofNobody = new GenericTrackedEventMessage<>(
                new GlobalSequenceTrackingToken(2),
                new GenericEventMessage<>("id2", new ShowCancelled(new ShowId("c"), NOW), Map.of(), NOW));
        assertThat(follow(event(1, "a", 0, new OfTomorrow("x")), ofNobody)).isNull();
        assertThat(rows())
                .containsExactly(
                        "1 a 0 Show id1 " + OfTomorrow.class.getName() + " none {\"traceId\":\"t1\"}",
                        "2 id2 0  id2 show.ShowCancelled 1 {}");
    }

    @Test
    void another_stores_event_under_a_known_position_stops_it_and_changes_nothing() {
        assertThat(follow(cancelled(1, "a", 0))).isNull();
        TrackedEventMessage<?> foreign = new GenericTrackedDomainEventMessage<>(
                new GlobalSequenceTrackingToken(1),
                new GenericDomainEventMessage<>(
                        "Show", "z", 0, new ShowCancelled(new ShowId("z"), NOW), Map.of(), "foreign", NOW));
        assertThatThrownBy(() -> {
                    Throwable refused = follow(foreign, cancelled(2, "b", 0));
                    if (refused != null) {
                        throw refused;
                    }
                })
                .hasMessage("1 events from position 1 on are others than this database has");
        assertThat(rows()).hasSize(1);
        assertThat(head()).isEqualTo(1);
    }
}
