package ticketing.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordingTest {

    private static List<List<String>> words(String typed) {
        return Wording.of(typed).terms().stream().map(Wording.Term::words).toList();
    }

    @Test
    void what_says_nothing_is_left_out_unless_there_is_nothing_else() {
        assertThat(words("tickets for the Wheel")).containsExactly(List.of("wheel"));
        assertThat(words("the")).containsExactly(List.of("the"));
        assertThat(words("% _ *")).isEmpty();
    }

    @Test
    void words_that_mean_something_together_stay_together() {
        Wording wording = Wording.of("Hip-Hop NEW YORK");
        assertThat(wording.terms().getFirst().words()).containsExactly("hip", "hop");
        assertThat(wording.terms().getFirst().synonyms()).contains(List.of("rap"), List.of("hiphop"));
        assertThat(wording.terms().getLast().synonyms()).contains(List.of("nyc"));
        assertThat(wording.wordsOnTheirOwn()).isEmpty();
    }

    @Test
    void synonyms_are_folded_as_texts_are() {
        assertThat(Wording.of("München").terms().getFirst().synonyms())
                .contains(List.of("munich"), List.of("muenchen"));
    }

    @Test
    void a_long_text_is_bounded() {
        Wording wording = Wording.of("abcdefghijklmnopqrstuvwxyz0123456789abcdefghijkl "
                + "one two three four five six seven " + "eight nine ten eleven twelve");
        assertThat(wording.terms()).hasSize(10);
        assertThat(wording.terms().getFirst().words().getFirst()).hasSize(40);
    }
}
