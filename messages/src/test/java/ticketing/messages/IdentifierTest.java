package ticketing.messages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "Z9", "show1-17", "show1-b_x.Y-0", "-"})
    void what_needs_no_escaping_is_an_identifier(String text) {
        assertThat(Identifier.isWellFormed(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "ä", "a\u0000", "a\n", "%41", "a:b", "a@b", "[", "`", "{"})
    void anything_else_is_none(String text) {
        assertThat(Identifier.isWellFormed(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 81})
    void there_is_a_longest(int length) {
        assertThat(Identifier.isWellFormed("x".repeat(length))).isEqualTo(length == 80);
    }
}
