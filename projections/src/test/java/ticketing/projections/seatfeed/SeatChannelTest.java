package ticketing.projections.seatfeed;

import static org.assertj.core.api.Assertions.assertThat;
import static ticketing.projections.seatfeed.ClientMap.SHOW;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ticketing.projections.seatfeed.SeatChange.Changed;
import ticketing.projections.seatfeed.SeatChange.Opened;

class SeatChannelTest {

    private final HandClock clock = new HandClock();
    private final SeatChannel channel = new SeatChannel(
            "epoch1",
            SeatBoard.load("epoch1", null, 0, List.of(new Opened(1, SHOW, ClientMap.sections(1_000, 0))), 0, 500)
                    .orElseThrow(),
            clock);
    private long position = 1;

    private void seat(int seat, SeatStatus status) {
        channel.apply(new Changed(++position, SHOW, seat, status));
        channel.announce();
    }

    private static @Nullable SeatFrame poll(SeatSubscription subscription) throws InterruptedException {
        return subscription.next(Duration.ZERO);
    }

    private static SeatFrame frame(SeatSubscription subscription) throws InterruptedException {
        return Objects.requireNonNull(poll(subscription), "no frame");
    }

    @Test
    void the_first_change_after_a_quiet_moment_is_told_at_once() throws InterruptedException {
        SeatSubscription watcher = channel.subscribe(null, 1);
        assertThat(frame(watcher).kind()).isEqualTo(SeatFrame.Kind.SNAPSHOT);

        seat(7, SeatStatus.HELD);
        clock.advance(Duration.ZERO);

        assertThat(frame(watcher).json()).isEqualTo("{\"type\":\"delta\",\"prevSeq\":1,\"seq\":2,\"changes\":[[7,1]]}");
    }

    @Test
    void changes_within_a_tenth_of_a_second_are_merged_into_the_next_frame() throws InterruptedException {
        SeatSubscription watcher = channel.subscribe(null, 1);
        poll(watcher);
        seat(7, SeatStatus.HELD);
        clock.advance(Duration.ZERO);
        poll(watcher);

        seat(8, SeatStatus.HELD);
        clock.advance(Duration.ofMillis(50));
        seat(7, SeatStatus.SOLD);
        seat(8, SeatStatus.AVAILABLE);
        clock.advance(Duration.ofMillis(49));
        assertThat(poll(watcher)).isNull();
        clock.advance(Duration.ofMillis(1));

        assertThat(frame(watcher).json())
                .isEqualTo("{\"type\":\"delta\",\"prevSeq\":2,\"seq\":5,\"changes\":[[8,0],[7,2]]}");
    }

    @Test
    void there_are_at_most_ten_frames_a_second() throws InterruptedException {
        SeatSubscription watcher = channel.subscribe(null, 1);
        poll(watcher);
        int frames = 0;
        for (int millis = 0; millis < 999; millis++) {
            seat(millis, SeatStatus.HELD);
            clock.advance(Duration.ofMillis(1));
            if (poll(watcher) != null) {
                frames++;
            }
        }
        assertThat(frames).isEqualTo(10);
    }

    @Test
    void a_change_in_the_middle_of_a_cut_does_not_make_another_frame_at_once() throws InterruptedException {
        SeatSubscription watcher = channel.subscribe(null, 1);
        ClientMap client = new ClientMap();
        client.take(frame(watcher));
        List<SeatFrame> told = new ArrayList<>();
        seat(7, SeatStatus.HELD);
        clock.whenNextAsked(() -> {
            addNext(watcher, told);
            seat(8, SeatStatus.HELD);
        });

        clock.advance(Duration.ofMillis(99));
        addNext(watcher, told);
        assertThat(told).hasSize(1);

        clock.advance(Duration.ofMillis(1));
        addNext(watcher, told);
        told.forEach(client::take);
        assertThat(client.codes[7]).isEqualTo(1);
        assertThat(client.codes[8]).isEqualTo(1);
    }

    private static void addNext(SeatSubscription watcher, List<SeatFrame> told) {
        try {
            SeatFrame next = poll(watcher);
            if (next != null) {
                told.add(next);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void all_watchers_share_one_encoded_frame() throws InterruptedException {
        List<SeatSubscription> watchers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            watchers.add(channel.subscribe(null, 1));
        }
        SeatFrame snapshot = poll(watchers.getFirst());
        assertThat(poll(watchers.get(1))).isSameAs(snapshot);
        assertThat(poll(watchers.get(2))).isSameAs(snapshot);

        seat(1, SeatStatus.SOLD);
        clock.advance(Duration.ZERO);

        SeatFrame delta = poll(watchers.getFirst());
        assertThat(poll(watchers.get(1))).isSameAs(delta);
        assertThat(poll(watchers.get(2))).isSameAs(delta);
    }

    @Test
    void a_watcher_that_is_stuck_is_told_everything_in_one_frame() throws InterruptedException {
        SeatSubscription stuck = channel.subscribe(null, 1);
        ClientMap client = new ClientMap();
        client.take(frame(stuck));
        for (int i = 0; i < 300; i++) {
            seat(i % 3, SeatStatus.of(i % 2));
            clock.advance(Duration.ofMillis(100));
        }

        client.take(frame(stuck));

        assertThat(poll(stuck)).isNull();
        assertThat(client.seq).isEqualTo(301);
        assertThat(client.codes).startsWith(1, 0, 1, 0);
    }

    @Test
    void a_watcher_that_is_stuck_for_longer_than_the_history_gets_a_snapshot() throws InterruptedException {
        SeatSubscription stuck = channel.subscribe(null, 1);
        poll(stuck);
        for (int i = 0; i < 501; i++) {
            seat(i, SeatStatus.SOLD);
            clock.advance(Duration.ofMillis(100));
        }

        SeatFrame frame = frame(stuck);

        assertThat(frame.kind()).isEqualTo(SeatFrame.Kind.SNAPSHOT);
        assertThat(frame.seq()).isEqualTo(502);
        assertThat(poll(stuck)).isNull();
    }

    @Test
    void somebody_who_waits_is_woken_by_a_frame_and_by_the_end() throws InterruptedException {
        SeatSubscription watcher = channel.subscribe(null, 1);
        poll(watcher);
        List<SeatFrame> seen = new ArrayList<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                for (SeatFrame frame = watcher.next(Duration.ofMinutes(1));
                        frame != null;
                        frame = watcher.next(Duration.ofMinutes(1))) {
                    synchronized (seen) {
                        seen.add(frame);
                        seen.notifyAll();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        seat(1, SeatStatus.HELD);
        clock.advance(Duration.ZERO);
        synchronized (seen) {
            while (seen.isEmpty()) {
                seen.wait(10_000);
            }
        }

        watcher.close();

        assertThat(waiting.join(Duration.ofSeconds(10))).isTrue();
        assertThat(seen).hasSize(1);
        assertThat(channel.isWatched()).isFalse();
    }
}
