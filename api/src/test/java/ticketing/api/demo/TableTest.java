package ticketing.api.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void a_quoted_field_may_hold_commas_quotes_and_line_ends() {
        assertThat(Table.parse("a,b\n\"x, \"\"y\"\"\nz\",2\r\n3,\n"))
                .containsExactly(Map.of("a", "x, \"y\"\nz", "b", "2"), Map.of("a", "3", "b", ""));
    }

    @Test
    void the_last_line_needs_no_line_end() {
        assertThat(Table.parse("a,b\n1,2")).containsExactly(Map.of("a", "1", "b", "2"));
    }

    @Test
    void a_row_with_another_number_of_fields_is_an_error() {
        assertThatThrownBy(() -> Table.parse("a,b\n1\n")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Table.parse("a,b\n1,2,3\n")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_open_quote_is_an_error() {
        assertThatThrownBy(() -> Table.parse("a\n\"1\n")).isInstanceOf(IllegalArgumentException.class);
    }
}
