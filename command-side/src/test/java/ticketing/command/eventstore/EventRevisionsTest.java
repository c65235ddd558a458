package ticketing.command.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.axonframework.serialization.upcasting.event.SingleEventUpcaster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.command.TestDatabase;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketId;

/** During an upgrade without a pause events of two revisions of one kind lie side by side, and programs of two versions read them. */
@Timeout(60)
class EventRevisionsTest {

    private static final TicketId TICKET = TicketId.of(new ShowId("show1"), 1);
    private static final BookingId FIRST = BookingId.of(new ShowId("show1"), "x");
    private static final BookingId SECOND = BookingId.of(new ShowId("show1"), "y");
    private static final Money PRICE = Money.ofMinorUnits(4950, "EUR");
    private static final Instant END = Instant.parse("2027-01-01T11:10:00Z");

    private static final List<Event> HAPPENED = List.of(
            new TicketReserved(TICKET, FIRST, PRICE, END),
            new TicketReleased(TICKET, FIRST),
            new TicketReserved(TICKET, SECOND, PRICE, END));

    private TestDatabase database;

    @BeforeEach
    void happen() {
        database = new TestDatabase();
        try (GroupCommit groupCommit = new GroupCommit(database.dataSource())) {
            groupCommit.start();
            List<EventMessage<?>> messages = new ArrayList<>();
            for (Event event : HAPPENED) {
                messages.add(
                        new GenericDomainEventMessage<>("Ticket", TICKET.toString(), (long) messages.size(), event));
            }
            engine(groupCommit, new EventUpcasterChain()).appendEvents(messages);
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    private PostgresEventStorageEngine engine(GroupCommit groupCommit, EventUpcaster upcasters) {
        return new PostgresEventStorageEngine(
                database.dataSource(), groupCommit, EventSerializer.create(), upcasters, 10, false, false);
    }

    /** In a revision before the first a hold's end would have been called otherwise. */
    private static final class OtherNameForTheEnd extends SingleEventUpcaster {

        private static final String NAME = "ticket.TicketReserved";

        @Override
        protected boolean canUpcast(IntermediateEventRepresentation stored) {
            return stored.getType().equals(new SimpleSerializedType(NAME, "0"));
        }

        @Override
        protected IntermediateEventRepresentation doUpcast(IntermediateEventRepresentation stored) {
            return stored.upcastPayload(new SimpleSerializedType(NAME, "1"), JsonNode.class, json -> {
                ObjectNode event = json.deepCopy();
                event.set("expiresAt", event.remove("until"));
                return event;
            });
        }
    }

    private void rewrite(long sequence, String revision, String change) {
        assertThat(database.jdbc()
                        .sql("""
                                UPDATE store.domain_event SET payload_revision = ?,
                                  payload = convert_to((SELECT %s FROM (SELECT convert_from(payload, 'UTF8')::jsonb) AS e (event))::text, 'UTF8')
                                WHERE sequence_number = ?
                                """.formatted(change))
                        .params(revision, sequence)
                        .update())
                .isEqualTo(1);
    }

    /** What a program reads that has not written it: an aggregate's events, and then everybody's as a read model sees them. */
    private List<List<Object>> readWith(EventUpcaster upcasters) throws InterruptedException {
        try (GroupCommit groupCommit = new GroupCommit(database.dataSource());
                PostgresEventStore store = new PostgresEventStore(engine(groupCommit, upcasters), groupCommit);
                TrackingEventStream stream = store.openStream(null)) {
            store.start();
            List<Object> aggregate = store.readEvents(TICKET.toString())
                    .asStream()
                    .<Object>map(EventMessage::getPayload)
                    .toList();
            List<Object> seen = new ArrayList<>();
            while (seen.size() < HAPPENED.size()) {
                seen.add(stream.nextAvailable().getPayload());
            }
            return List.of(aggregate, seen);
        }
    }

    @Test
    void an_event_of_an_older_revision_is_read_as_todays_beside_one_of_today() throws Exception {
        rewrite(0, "0", "event - 'expiresAt' || jsonb_build_object('until', event -> 'expiresAt')");
        assertThat(readWith(new EventUpcasterChain(new OtherNameForTheEnd())))
                .containsOnly(List.<Object>copyOf(HAPPENED));
    }

    @Test
    void a_program_that_is_older_than_an_event_passes_over_what_is_new_in_it() throws Exception {
        rewrite(2, "2", "event || '{\"seller\": {\"desk\": 4}}'");
        assertThat(readWith(new EventUpcasterChain())).containsOnly(List.<Object>copyOf(HAPPENED));
    }
}
