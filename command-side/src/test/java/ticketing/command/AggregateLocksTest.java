package ticketing.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.axonframework.common.lock.Lock;
import org.axonframework.common.lock.LockAcquisitionFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AggregateLocksTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void somebody_else_has_to_wait_and_waits_not_for_ever() throws Exception {
        AggregateLocks locks = new AggregateLocks(10, Duration.ofMillis(20));
        try (Lock mine = locks.obtainLock("a");
                Lock again = locks.obtainLock("a");
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            assertThat(mine.isHeld()).isTrue();
            assertThat(again.isHeld()).isTrue();
            other.submit(() -> locks.obtainLock("b").release()).get();
            Future<Lock> waiting = other.submit(() -> locks.obtainLock("a"));
            assertThatThrownBy(waiting::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(LockAcquisitionFailedException.class);
        }
        assertThat(locks.size()).isZero();
    }

    @Test
    void a_queue_that_is_full_takes_nobody() throws Exception {
        AggregateLocks locks = new AggregateLocks(1, LONG);
        try (Lock mine = locks.obtainLock("a");
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            assertThat(mine.isHeld()).isTrue();
            assertThatThrownBy(() -> other.submit(() -> locks.obtainLock("a")).get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(LockAcquisitionFailedException.class);
        }
        assertThat(locks.size()).isZero();
    }

    @Test
    @Timeout(60)
    void a_crowd_that_takes_several_in_order_gets_them_one_after_the_other() throws Exception {
        AggregateLocks locks = new AggregateLocks(2_000, LONG);
        int[] counts = new int[50];
        try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                running.add(crowd.submit(() -> {
                    int first = ThreadLocalRandom.current().nextInt(counts.length - 4);
                    List<Lock> held = new ArrayList<>();
                    for (int seat = first; seat < first + 4; seat++) {
                        held.add(locks.obtainLock("seat" + seat));
                    }
                    for (int seat = first; seat < first + 4; seat++) {
                        counts[seat]++;
                    }
                    held.forEach(Lock::release);
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        assertThat(sum).isEqualTo(4_000);
        assertThat(locks.size()).isZero();
    }
}
