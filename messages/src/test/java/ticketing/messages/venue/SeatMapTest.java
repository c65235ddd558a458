package ticketing.messages.venue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import ticketing.messages.venue.SeatMap.Row;
import ticketing.messages.venue.SeatMap.Section;

class SeatMapTest {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private static Row row(String label, Seats seats, List<String> accessible) {
        return new Row(label, seats, null, null, null, accessible);
    }

    @Nested
    class Counted_seats {

        @Test
        void are_labelled_from_1_to_their_number() {
            assertThat(Seats.count(3).labels()).containsExactly("1", "2", "3");
            assertThatThrownBy(() -> Seats.count(3).labels().get(3)).isInstanceOf(IndexOutOfBoundsException.class);
        }

        @Test
        void equal_the_same_labels_given_one_by_one() {
            Seats given = new Seats(new ArrayList<>(List.of("1", "2", "3")));
            assertThat(Seats.count(3)).isEqualTo(given).hasSameHashCodeAs(given);
            assertThat(Seats.count(3).labels())
                    .isEqualTo(List.of("1", "2", "3"))
                    .hasSameHashCodeAs(List.of("1", "2", "3"));
            assertThat(Seats.count(3)).isNotEqualTo(Seats.count(4));
            assertThat(Seats.count(3)).isNotEqualTo(new Seats(List.of("1", "3", "2")));
        }

        @Test
        void are_a_number_in_JSON_and_others_a_list() throws JsonProcessingException {
            assertThat(JSON.writeValueAsString(Seats.count(24))).isEqualTo("24");
            assertThat(JSON.writeValueAsString(new Seats(List.of("1", "2")))).isEqualTo("2");
            assertThat(JSON.writeValueAsString(new Seats(List.of("2", "1")))).isEqualTo("[\"2\",\"1\"]");
            assertThat(JSON.readValue("24", Seats.class)).isEqualTo(Seats.count(24));
            assertThat(JSON.readValue("[\"1\",\"2\"]", Seats.class)).isEqualTo(Seats.count(2));
            assertThat(JSON.readValue("[\"A\"]", Seats.class)).isEqualTo(new Seats(List.of("A")));
        }

        @Test
        void know_which_labels_they_have() {
            List<String> labels = Seats.count(120).labels();
            assertThat(labels).contains("1", "9", "10", "120");
            for (String other : List.of("0", "121", "01", "+1", "-1", "1 ", "", "٣", "4294967297")) {
                assertThat(labels.contains(other)).as(other).isFalse();
            }
            assertThat(labels.indexOf("17")).isEqualTo(16);
        }

        @Test
        void are_1_to_100_000() {
            assertThatIllegalArgumentException().isThrownBy(() -> Seats.count(0));
            assertThatIllegalArgumentException().isThrownBy(() -> Seats.count(100_001));
            assertThat(Seats.count(100_000).labels()).hasSize(100_000).endsWith("100000");
        }
    }

    @Test
    void a_row_has_the_accessible_seats_that_it_names() {
        assertThat(row("A", Seats.count(5), List.of("5")).accessible()).containsExactly("5");
        assertThatIllegalArgumentException().isThrownBy(() -> row("A", Seats.count(5), List.of("5", "6")));
        assertThatIllegalArgumentException().isThrownBy(() -> row("A", new Seats(List.of("x")), List.of("1")));
    }

    @Test
    void no_section_and_no_map_has_more_than_200_000_places() {
        List<Row> most = List.of(Row.of("A", 100_000), Row.of("B", 100_000));
        assertThat(new SeatMap(List.of(Section.seated("S", most))).seatCount()).isEqualTo(200_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Section.seated("S", List.of(most.get(0), most.get(1), Row.of("C", 1))))
                .withMessage("a seat map has at most 200000 places");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SeatMap(List.of(Section.seated("S", most), Section.standing("F", 1))))
                .withMessage("a seat map has at most 200000 places");
    }

    /** What is too large is refused for what it says, before it takes the memory that it asks for. */
    @Test
    void a_small_text_that_asks_for_very_many_seats_takes_little_memory() {
        String rows = IntStream.range(0, 2_000)
                .mapToObj(i -> "{\"label\":\"" + i + "\",\"seats\":100000,\"accessible\":[\"7\"]}")
                .collect(Collectors.joining(","));
        String map = "{\"sections\":[{\"name\":\"A\",\"rows\":[" + rows + "]}]}";
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> JSON.readValue(map, SeatMap.class))
                .hasMessageContaining("a seat map has at most 200000 places");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(50L << 20);
    }
}
