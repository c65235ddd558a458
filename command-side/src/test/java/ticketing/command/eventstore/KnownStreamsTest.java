package ticketing.command.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What matters is the one side on which it may err: of a stream that exists it never says that it doesn't. */
@Timeout(30)
class KnownStreamsTest {

    private static KnownStreams of(String... stored) {
        return new KnownStreams((show, found) -> List.of(stored).forEach(s -> found.accept(KnownStreams.hash(s))));
    }

    private static void askUntilKnown(KnownStreams streams, String absent) {
        await().until(() -> !streams.mayExist(absent));
    }

    @Test
    void nothing_is_known_of_a_show_that_nobody_asks_for() {
        assertThat(of().mayExist("show1-1")).isTrue();
    }

    @Test
    void what_is_no_show_s_may_always_exist() {
        KnownStreams streams = of();
        for (int i = 0; i < 100; i++) {
            assertThat(streams.mayExist("venue1")).isTrue();
        }
    }

    @Test
    void a_show_in_demand_is_looked_up_and_its_streams_are_told_from_others() {
        KnownStreams streams = of("show1-1", "show1-bx");
        askUntilKnown(streams, "show1-2");
        assertThat(streams.mayExist("show1-1")).isTrue();
        assertThat(streams.mayExist("show1-bx")).isTrue();
        assertThat(streams.mayExist("show2-2")).isTrue();
    }

    @Test
    void a_stream_that_is_begun_exists_from_then_on() {
        KnownStreams streams = of();
        askUntilKnown(streams, "show1-2");
        streams.begun("show1-2");
        assertThat(streams.mayExist("show1-2")).isTrue();
        assertThat(streams.mayExist("show1-3")).isFalse();
    }

    @Test
    void a_stream_that_is_begun_during_the_look_up_is_not_missed() throws InterruptedException {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        KnownStreams streams = new KnownStreams((show, found) -> {
            looking.countDown();
            try {
                begun.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        while (looking.getCount() > 0) {
            streams.mayExist("show1-1");
        }
        streams.begun("show1-1");
        begun.countDown();
        askUntilKnown(streams, "show1-2");
        assertThat(streams.mayExist("show1-1")).isTrue();
    }

    @Test
    void many_streams_are_kept_apart() {
        String[] even = new String[20_000];
        for (int i = 0; i < even.length; i++) {
            even[i] = "show1-" + 2 * i;
        }
        KnownStreams streams = of(even);
        askUntilKnown(streams, "show1-1");
        for (int i = 0; i < even.length; i++) {
            assertThat(streams.mayExist("show1-" + 2 * i)).isTrue();
            assertThat(streams.mayExist("show1-" + (2 * i + 1))).isFalse();
        }
    }

    @Test
    void a_show_with_more_streams_than_are_kept_may_have_any() {
        AtomicInteger lookedUp = new AtomicInteger();
        KnownStreams streams = new KnownStreams(
                (show, found) -> {
                    for (long i = 1; i <= 1_000_001; i++) {
                        found.accept(i);
                    }
                    lookedUp.incrementAndGet();
                },
                Runnable::run);
        for (int i = 0; i < 1_000; i++) {
            assertThat(streams.mayExist("show1-" + i)).isTrue();
        }
        assertThat(lookedUp).hasValue(1);
    }

    @Test
    void a_look_up_that_fails_leaves_everything_possible_and_is_tried_again() {
        int[] tries = {0};
        KnownStreams streams = new KnownStreams((show, found) -> {
            tries[0]++;
            if (tries[0] == 1) {
                throw new IllegalStateException("planned");
            }
        });
        askUntilKnown(streams, "show1-1");
        assertThat(tries[0]).isEqualTo(2);
    }
}
