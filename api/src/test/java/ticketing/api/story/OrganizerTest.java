package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;

/** What an organizer finds of what they have made. */
@Timeout(60)
class OrganizerTest extends Platform {

    @Test
    void an_organizer_sees_all_of_their_own_and_how_it_sells() {
        Person olga = client.newPerson("ORGANIZER");
        Person otto = client.newPerson("ORGANIZER");
        String venue = client.newVenue(olga, 2, 10, 10);
        client.post("/v1/performers", olga, Map.of("name", "Zebra")).expect(201);
        client.post("/v1/performers", olga, Map.of("name", "aardvark")).expect(201);
        Show sold = client.newShow(olga, venue, Map.of("name", "Sold", "startsAt", "2035-01-01T20:00:00Z"));
        client.newDraft(olga, venue, Map.of("name", "Draft", "startsAt", "2035-02-01T20:00:00Z"));
        Person buyer = client.newBuyer();
        client.pay(buyer, client.hold(buyer, sold, 0, 1, 20), "pm_card_visa").expect(200);
        client.hold(buyer, sold, 5);

        JsonNode events = client.get("/v1/users/me/events", olga).expect(200).json();
        assertThat(events.path("total").asInt()).isEqualTo(2);
        assertThat(events.at("/events/1/name").asString()).isEqualTo("Draft");
        assertThat(events.at("/events/1/status").asString()).isEqualTo("DRAFT");
        assertThat(events.at("/events/1").has("revenue")).isFalse();
        assertThat(events.at("/events/0/availability").toString())
                .isEqualTo("{\"available\":26,\"held\":1,\"sold\":3,\"total\":30}");
        assertThat(events.at("/events/0/revenue/amount").asString()).isEqualTo("129.00");
        assertThat(events.path("sales").toString())
                .isEqualTo(
                        "{\"published\":1,\"held\":1,\"sold\":3,\"revenue\":[{\"amount\":\"129.00\",\"currency\":\"EUR\"}]}");
        assertThat(client.get("/v1/users/me/events?page=1&pageSize=1", olga)
                        .expect(200)
                        .at("/events/0/name"))
                .isEqualTo("Draft");
        assertThat(client.get("/v1/users/me/venues", olga).expect(200).at("/venues/0/seatCount"))
                .isEqualTo("30");
        assertThat(client.get("/v1/users/me/performers", olga).expect(200).at("/performers/0/name"))
                .isEqualTo("aardvark");

        for (String what : new String[] {"events", "venues", "performers"}) {
            JsonNode none = client.get("/v1/users/me/" + what, otto).expect(200).json();
            assertThat(none.path(what)).isEmpty();
            assertThat(client.get("/v1/users/me/" + what, buyer).problem()).isEqualTo("403 forbidden");
            assertThat(client.get("/v1/users/me/" + what).problem()).isEqualTo("401 unauthenticated");
        }
        assertThat(client.get("/v1/users/me/events?pageSize=101", olga).problem())
                .isEqualTo("400 validation-failed");
        assertThat(client.get("/v1/users/me/events?page=-1", olga).problem()).isEqualTo("400 validation-failed");
        assertThat(client.get("/v1/users/me/events?page=2147483647&pageSize=100", olga)
                        .problem())
                .isEqualTo("400 validation-failed");
    }
}
