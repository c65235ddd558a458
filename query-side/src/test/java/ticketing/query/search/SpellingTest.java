package ticketing.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {

    @ParameterizedTest
    @CsvSource({
        "swfit, swift, true",
        "tayler, taylor, true",
        "tay, taylor, true",
        "metalica, metallica, true",
        "cat, dog, false",
        "taylor, tailors, true",
        "rock, opera, false",
        "abcd, abef, false"
    })
    void one_error_in_a_short_word_two_in_a_longer_one(String typed, String known, boolean near) {
        assertThat(Spelling.isNear(typed, known)).isEqualTo(near);
    }
}
