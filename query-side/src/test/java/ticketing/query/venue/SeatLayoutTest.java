package ticketing.query.venue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.SeatMap.Row;
import ticketing.messages.venue.SeatMap.Section;
import ticketing.messages.venue.Seats;
import ticketing.query.venue.SeatLayout.Printed;

class SeatLayoutTest {

    @Test
    void a_bent_row_comes_nearer_to_the_stage_at_its_edges() {
        SeatLayout layout =
                SeatLayout.of(new SeatMap(List.of(new Section("S", List.of(Row.of("A", 5)), null, null, null, 2.0))));
        assertThat(List.of(layout.y(0), layout.y(1), layout.y(2), layout.y(3), layout.y(4)))
                .containsExactly(0.0, 1.5, 2.0, 1.5, 0.0);
    }

    @Test
    void given_coordinates_are_kept_relative_to_each_other_and_begin_at_zero() {
        SeatLayout layout = SeatLayout.of(new SeatMap(List.of(
                new Section("Left", List.of(Row.of("A", 2)), null, -10.0, 5.0, null),
                new Section("Right", List.of(Row.of("A", 2)), null, 10.0, 3.0, null))));
        assertThat(layout.x(0)).isZero();
        assertThat(layout.x(2)).isEqualTo(20.0);
        assertThat(layout.y(0)).isEqualTo(2.0);
        assertThat(layout.y(3)).isZero();
    }

    @Test
    void sections_without_coordinates_lie_behind_each_other_and_no_two_places_meet() {
        SeatLayout layout = SeatLayout.of(new SeatMap(List.of(
                Section.standing("Floor", 200),
                Section.seated("Low", List.of(Row.of("A", 30), Row.of("B", 34))),
                Section.seated("High", List.of(Row.of("A", 50))))));
        long different = java.util.stream.IntStream.range(0, layout.seatCount())
                .mapToObj(seat -> layout.x(seat) + "/" + layout.y(seat))
                .distinct()
                .count();
        assertThat(different).isEqualTo(314);
        assertThat(layout.y(200)).isGreaterThan(layout.y(199));
        assertThat(layout.y(264)).isGreaterThan(layout.y(263));
    }

    @Test
    void every_index_has_its_labels_and_no_other_has() {
        SeatLayout layout = SeatLayout.of(new SeatMap(List.of(
                Section.seated(
                        "S",
                        List.of(Row.of("A", 2), new Row("B", new Seats(List.of("x", "y")), null, null, null, null))),
                Section.standing("F", 2))));
        assertThat(layout.printed(0)).isEqualTo(new Printed("S", "A", "1"));
        assertThat(layout.printed(3)).isEqualTo(new Printed("S", "B", "y"));
        assertThat(layout.printed(5)).isEqualTo(new Printed("F", "", "2"));
        assertThat(layout.printed(6)).isNull();
        assertThat(layout.printed(-1)).isNull();
    }
}
