package ticketing.command.axonserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.axoniq.axonserver.connector.AxonServerConnection;
import io.axoniq.axonserver.connector.AxonServerConnectionFactory;
import io.axoniq.axonserver.connector.event.EventChannel;
import io.axoniq.axonserver.connector.impl.ServerAddress;
import java.util.List;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import ticketing.command.CommandSide;
import ticketing.command.TestDatabase;
import ticketing.command.axonserver.EventMove.MoveRefusedException;
import ticketing.command.eventstore.EventSerializer;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowId;

/** A store in PostgreSQL goes to an Axon Server and back; needs one that is empty still. */
@EnabledIfEnvironmentVariable(
        named = "AXON_SERVER",
        matches = ".+",
        disabledReason = "Skipped: no Axon Server is named; AXON_SERVER=host:8124 runs these tests on it.")
@Timeout(120)
class EventMoveTest {

    private static final int MORE = 700;

    private final CommandSide side = new CommandSide();
    private final AxonServerConnectionFactory factory = AxonServerConnectionFactory.forClient("event-move")
            .routingServers(address(System.getenv("AXON_SERVER")))
            .build();
    private final AxonServerConnection connection = factory.connect("default");
    private final EventChannel server = connection.eventChannel();

    private static ServerAddress address(String named) {
        int colon = named.indexOf(':');
        return new ServerAddress(named.substring(0, colon), Integer.parseInt(named.substring(colon + 1)));
    }

    @BeforeEach
    void needs_an_empty_server() throws Exception {
        assumeThat(server.getLastToken().get())
                .as("this Axon Server has events already, and a store is moved into an empty one only")
                .isNegative();
    }

    @AfterEach
    void close() {
        factory.shutdown();
        side.close();
    }

    private EventMove move() {
        TestDatabase database = side.bean(TestDatabase.class);
        return new EventMove(database.dataSource(), server, EventSerializer.create(), _ -> {});
    }

    private String keptBy() {
        return side.jdbc()
                .sql("SELECT kept_by FROM store.event_head")
                .query(String.class)
                .single();
    }

    private List<List<Object>> stored() {
        return side.jdbc()
                .sql("""
                        SELECT position, aggregate_identifier, sequence_number, aggregate_type, event_identifier, payload_type,
                          payload_revision, encode(payload, 'base64'), convert_from(meta_data, 'UTF8')::jsonb, date_trunc('milliseconds', time_stamp)
                        FROM store.domain_event ORDER BY position
                        """)
                .query((row, _) -> {
                    Object[] columns = new Object[10];
                    for (int i = 0; i < columns.length; i++) {
                        columns[i] = String.valueOf(row.getObject(i + 1));
                    }
                    return List.of(columns);
                })
                .list();
    }

    @Test
    void a_store_goes_there_and_back_event_by_event() throws Exception {
        ShowId show = side.show();
        side.hold(show, 1, 2);
        for (int n = 0; n < MORE; n++) {
            side.bean(EventStore.class)
                    .publish(GenericEventMessage.asEventMessage(new ShowCancelled(show, side.now()))
                            .andMetaData(java.util.Map.of("traceId", "t" + n, "number", (long) n)));
        }

        assertThatThrownBy(() -> move().toAxonServer())
                .isInstanceOf(MoveRefusedException.class)
                .hasMessage("A program is working with this database: stop all of them first.");
        side.bean(ticketing.command.deadline.PostgresDeadlineManager.class).close();

        List<List<Object>> before = stored();
        assertThat(move().toAxonServer()).isEqualTo(before.size());
        assertThat(server.getLastToken().get()).isEqualTo(before.size() - 1);
        assertThat(keptBy()).isEqualTo("axon-server");
        assertThat(move().toAxonServer()).as("once more changes nothing").isEqualTo(before.size());

        // Half of what the Axon Server has is missing here, as after a restore of an older backup.
        side.jdbc()
                .sql("DELETE FROM store.domain_event WHERE position > ?")
                .param(before.size() / 2)
                .update();
        side.jdbc()
                .sql("UPDATE store.event_head SET position = ?")
                .param(before.size() / 2)
                .update();
        assertThat(move().toPostgres()).isEqualTo(before.size());
        assertThat(keptBy()).isEqualTo("postgres");
        assertThat(stored()).isEqualTo(before);

        side.jdbc()
                .sql("UPDATE store.domain_event SET payload = payload || ' '::bytea WHERE position = 5")
                .update();
        assertThatThrownBy(() -> move().toAxonServer())
                .isInstanceOf(MoveRefusedException.class)
                .hasMessage("The events at position 5 are not the same.");
        assertThat(keptBy()).isEqualTo("postgres");
    }
}
