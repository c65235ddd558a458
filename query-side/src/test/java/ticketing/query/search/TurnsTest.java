package ticketing.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Turns turns = new Turns(2);
    private final BlockingQueue<Integer> begun = new LinkedBlockingQueue<>();

    private void takeBoth() throws InterruptedException {
        assertThat(turns.begin(LONG)).isTrue();
        assertThat(turns.begin(LONG)).isTrue();
    }

    private Thread waiting(int name) throws InterruptedException {
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                if (turns.begin(LONG)) {
                    begun.add(name);
                }
            } catch (InterruptedException e) {
                begun.add(-name);
            }
        });
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return thread;
    }

    @Test
    void so_many_begin_at_once_and_nobody_else_in_time() throws InterruptedException {
        takeBoth();
        assertThat(turns.begin(Duration.ZERO)).isFalse();
        turns.end();
        assertThat(turns.begin(Duration.ZERO)).isTrue();
    }

    @Test
    void the_others_begin_in_the_order_in_which_they_came() throws InterruptedException {
        takeBoth();
        List<Integer> came = new ArrayList<>();
        for (int name = 1; name <= 5; name++) {
            waiting(name);
            came.add(name);
        }
        List<Integer> served = new ArrayList<>();
        for (int name = 1; name <= 5; name++) {
            turns.end();
            served.add(begun.poll(1, TimeUnit.MINUTES));
        }
        assertThat(served).isEqualTo(came);
        assertThat(turns.begin(Duration.ZERO))
                .as("five turns ended, five began")
                .isFalse();
    }

    @Test
    void who_gives_up_takes_no_turn_from_the_others() throws InterruptedException {
        takeBoth();
        Thread first = waiting(1);
        waiting(2);
        first.interrupt();
        assertThat(begun.poll(1, TimeUnit.MINUTES)).isEqualTo(-1);
        assertThat(turns.begin(Duration.ZERO)).isFalse();
        turns.end();
        assertThat(begun.poll(1, TimeUnit.MINUTES)).isEqualTo(2);
        turns.end();
        assertThat(turns.begin(Duration.ZERO)).isTrue();
    }
}
