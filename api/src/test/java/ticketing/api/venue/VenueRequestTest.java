package ticketing.api.venue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import ticketing.api.problem.Problem;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.SeatMap.Row;
import ticketing.messages.venue.SeatMap.Section;
import ticketing.messages.venue.Seats;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class VenueRequestTest {

    private final JsonMapper json = JsonMapper.builder().build();

    private static String venue(String zone, String sections) {
        return """
                {"name":"Hall","address":{"line1":"1 Street","city":"Köln","country":"DE"},"location":{"lat":50.9,"lon":6.9},
                 "zone":"%s","seatMap":{"sections":%s}}
                """.formatted(zone, sections);
    }

    @Test
    void the_contracts_seat_map_is_read() {
        VenueRequest request = json.readValue(venue("Europe/Berlin", """
                [{"name":"Stalls","rows":[{"label":"A","seats":24},{"label":"B","seats":["1","3"],"accessible":["3"]}]},
                 {"name":"Floor","standing":2000}]
                """), VenueRequest.class);
        assertThat(request.seatMap())
                .isEqualTo(new SeatMap(List.of(
                        Section.seated(
                                "Stalls",
                                List.of(
                                        Row.of("A", 24),
                                        new Row("B", new Seats(List.of("1", "3")), null, null, null, List.of("3")))),
                        Section.standing("Floor", 2000))));
        assertThat(request.details().zone().getId()).isEqualTo("Europe/Berlin");
        assertThat(json.readValue(json.writeValueAsString(request.seatMap()), SeatMap.class))
                .isEqualTo(request.seatMap());
    }

    @Test
    void what_cannot_be_a_seat_map_is_refused() {
        for (String sections : List.of(
                "[]",
                "[{\"name\":\"A\"}]",
                "[{\"name\":\"A\",\"standing\":0}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"A\",\"seats\":-1}]}]",
                "[{\"name\":\"A\",\"rows\":[{\"label\":\"A\",\"seats\":[1]}]}]",
                "[{\"name\":\"A\",\"standing\":1},{\"name\":\"A\",\"standing\":1}]")) {
            assertThatThrownBy(() -> json.readValue(venue("Europe/Berlin", sections), VenueRequest.class))
                    .as(sections)
                    .isInstanceOf(JacksonException.class);
        }
    }

    @Test
    void only_a_zone_with_a_name_is_taken() {
        VenueRequest request = json.readValue(venue("+02:00", "[{\"name\":\"A\",\"standing\":1}]"), VenueRequest.class);
        assertThatThrownBy(request::details).isInstanceOf(Problem.class).hasMessageContaining("zone");
    }
}
