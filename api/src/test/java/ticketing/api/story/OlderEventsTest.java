package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.axonframework.serialization.upcasting.event.SingleEventUpcaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;

/** Some events were written by the program before this one, in another shape; everything that is made from the store is as if they had not been. */
@Timeout(120)
@DirtiesContext
@Import(OlderEventsTest.Upgraded.class)
// The auditor knows today's shape alone, and says so.
@TestPropertySource(properties = "ticketing.audit.enabled=false")
class OlderEventsTest extends Platform {

    private static final String NAME = "ticket.TicketReserved";

    @TestConfiguration(proxyBeanMethods = false)
    static class Upgraded {

        @Bean
        @Primary
        EventUpcaster fromTheProgramBefore() {
            return new SingleEventUpcaster() {
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
            };
        }
    }

    @Test
    void read_models_and_ledgers_are_made_from_events_of_two_revisions() {
        Person analyst = client.newPerson("ANALYST");
        Person organizer = client.newPerson("ORGANIZER");
        Person buyer = client.newBuyer();
        Show show = client.newShow(organizer, client.newVenue(organizer, 2, 10, 10), Map.of());
        for (int seat = 0; seat < 10; seat += 2) {
            String booking = client.hold(buyer, show, seat, seat + 1);
            if (seat % 4 == 0) {
                client.pay(buyer, booking, "pm_card_visa").expect(200);
            }
        }
        ReadModelReplays replays = new ReadModelReplays(client, jdbc, analyst);
        Map<String, Map<String, List<String>>> before = replays.dumps();
        String ledger = ledger(show, analyst);
        assertThat(ledger).contains("\"holdUntil\"");

        assertThat(jdbc.sql("""
                                UPDATE store.domain_event SET payload_revision = '0', payload = convert_to(
                                  (SELECT event - 'expiresAt' || jsonb_build_object('until', event -> 'expiresAt')
                                   FROM (SELECT convert_from(payload, 'UTF8')::jsonb) AS e (event))::text, 'UTF8')
                                WHERE payload_type = ? AND position % 2 = 0
                                """).param(NAME).update()).isBetween(1, 9);

        before.keySet().forEach(name -> replays.replay(name, Map.of()));
        assertThat(replays.dumps()).isEqualTo(before);
        assertThat(ledger(show, analyst)).isEqualTo(ledger);
    }

    private String ledger(Show show, Person analyst) {
        return client.get("/v1/events/" + show.id() + "/history", analyst)
                .expect(200)
                .text();
    }
}
