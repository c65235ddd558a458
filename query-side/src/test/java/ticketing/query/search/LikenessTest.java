package ticketing.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LikenessTest {

    private static IndexedShow show(String id, String name) {
        return new IndexedShow(
                id,
                name,
                "OTHER",
                "2030-01-01T19:00:00Z",
                "UTC",
                "hall",
                "Hall",
                "Bonn",
                "DE",
                0,
                0,
                List.of(),
                null,
                null,
                1,
                null);
    }

    @Test
    void every_programme_comes_once_before_one_comes_twice() {
        List<IndexedShow> shows = List.of(
                show("1", "Faust"),
                show("2", "Faust"),
                show("3", "Faust"),
                show("4", "Hamlet"),
                show("5", "Macbeth"),
                show("6", "Hamlet"));
        assertThat(Likeness.varied(shows))
                .extracting(IndexedShow::showId)
                .containsExactly("1", "4", "5", "2", "6", "3");
    }

    @Test
    void without_a_model_nobody_knows_what_is_wished() {
        assertThat(new Likeness(null).wishOf("something for a rainy sunday")).isNull();
    }
}
