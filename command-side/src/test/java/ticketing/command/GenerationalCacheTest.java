package ticketing.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GenerationalCacheTest {

    private final GenerationalCache<String, Integer> cache = new GenerationalCache<>(10);

    @Test
    void what_was_put_last_is_there() {
        for (int i = 0; i < 100; i++) {
            cache.put("key" + i, i);
            int last = i;
            IntStream.rangeClosed(Math.max(0, i - 4), i)
                    .forEach(key -> assertThat(cache.get("key" + key))
                            .as("%s of %s", key, last)
                            .isEqualTo(key));
        }
    }

    @Test
    void no_more_are_kept_than_were_asked_for() {
        for (int i = 0; i < 100; i++) {
            cache.put("key" + i, i);
            assertThat(IntStream.rangeClosed(0, i).filter(key -> cache.get("key" + key) != null))
                    .hasSizeLessThanOrEqualTo(10);
        }
    }

    @Test
    void a_newer_value_hides_an_older_one_of_the_generation_before() {
        cache.put("key", 1);
        IntStream.range(0, 4).forEach(i -> cache.put("other" + i, i));
        cache.put("key", 2);

        assertThat(cache.get("key")).isEqualTo(2);
        assertThat(cache.remove("key")).isTrue();
        assertThat(cache.get("key")).isNull();
        assertThat(cache.remove("key")).isFalse();
    }

    @Test
    void what_is_put_again_and_again_takes_the_place_of_one() {
        cache.put("first", 1);
        for (int i = 0; i < 100; i++) {
            cache.put("second", i);
        }

        assertThat(cache.get("first")).isEqualTo(1);
    }

    @Test
    void what_was_removed_leaves_room() {
        for (int i = 0; i < 100; i++) {
            cache.put("gone" + i, i);
            cache.remove("gone" + i);
        }
        cache.put("first", 1);
        IntStream.range(0, 4).forEach(i -> cache.put("other" + i, i));

        assertThat(cache.get("first")).isEqualTo(1);
    }

    @Test
    void nothing_is_left_when_it_is_cleared() {
        IntStream.range(0, 8).forEach(i -> cache.put("key" + i, i));
        cache.clear();
        assertThat(IntStream.range(0, 8).filter(key -> cache.get("key" + key) != null))
                .isEmpty();
    }
}
