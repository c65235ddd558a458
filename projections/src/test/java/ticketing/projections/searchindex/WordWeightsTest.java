package ticketing.projections.searchindex;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import ticketing.projections.catalogue.SearchTexts;

class WordWeightsTest {

    private static Map<String, Float> weights(String name, String city, String genres, String description) {
        return WordWeights.of(new SearchTexts("show", name, "", "", city, genres, description, ""));
    }

    private static float weightOf(String word, Map<String, Float> weights) {
        return Objects.requireNonNull(weights.get(word));
    }

    @Test
    void a_word_tells_most_in_a_name_then_in_a_place_then_in_a_genre_and_least_in_a_description() {
        Map<String, Float> weights = weights("hamlet", "berlin", "drama", "denmark");
        assertThat(weights.get("hamlet")).isGreaterThan(weights.get("berlin"));
        assertThat(weights.get("berlin")).isGreaterThan(weights.get("drama"));
        assertThat(weights.get("drama")).isGreaterThan(weights.get("denmark"));
    }

    @Test
    void a_finished_word_is_worth_more_than_a_beginning_and_a_beginning_the_same_however_long_it_is() {
        Map<String, Float> weights = weights("hamlet", "", "", "");
        assertThat(weights.get("h")).isEqualTo(weights.get("hamle")).isLessThan(weights.get("hamlet"));
    }

    @Test
    void where_a_word_stands_alone_it_tells_more_than_among_many() {
        assertThat(weights("hamlet", "", "", "").get("hamlet"))
                .isGreaterThan(weights("hamlet and all the others", "", "", "").get("hamlet"));
    }

    @Test
    void a_second_place_counts_a_little() {
        float name = weightOf("prague", weights("prague", "", "", ""));
        float both = weightOf("prague", weights("prague", "prague", "", ""));
        float place = weightOf("prague", weights("", "prague", "", ""));
        assertThat(both).isGreaterThan(name).isLessThan(name + place);
    }

    @Test
    void beginnings_are_kept_of_twelve_letters_at_most_and_the_whole_word_besides() {
        assertThat(weights("weihnachtsoratorium", "", "", ""))
                .hasSize(13)
                .containsKeys("w", "weihnachtsor", "weihnachtsoratorium")
                .doesNotContainKey("weihnachtsora");
    }

    @Test
    void a_letter_of_two_characters_is_never_cut_in_half() {
        assertThat(weights("𠮷野", "", "", "")).containsOnlyKeys("𠮷", "𠮷野");
        assertThat(weights("ab𠮷野家", "", "", "")).containsOnlyKeys("a", "ab", "ab𠮷", "ab𠮷野", "ab𠮷野家");
    }

    @Test
    void nothing_that_is_blank_is_a_word() {
        assertThat(weights("", "", "", " ")).isEmpty();
    }
}
