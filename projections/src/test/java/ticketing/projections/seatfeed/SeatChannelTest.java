package ticketing.projections.seatfeed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static ticketing.projections.seatfeed.ClientMap.SHOW;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.show.PricedSection;
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
        SeatSubscription watcher = channel.subscribe(List.of(), null, 1, null);
        assertThat(frame(watcher).kind()).isEqualTo(SeatFrame.Kind.SNAPSHOT);

        seat(7, SeatStatus.HELD);
        clock.advance(Duration.ZERO);

        assertThat(frame(watcher).json()).isEqualTo("{\"type\":\"delta\",\"prevSeq\":1,\"seq\":2,\"changes\":[[7,1]]}");
    }

    @Test
    void changes_within_a_tenth_of_a_second_are_merged_into_the_next_frame() throws InterruptedException {
        SeatSubscription watcher = channel.subscribe(List.of(), null, 1, null);
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
        SeatSubscription watcher = channel.subscribe(List.of(), null, 1, null);
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
        SeatSubscription watcher = channel.subscribe(List.of(), null, 1, null);
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
            watchers.add(channel.subscribe(List.of(), null, 1, null));
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
        SeatSubscription stuck = channel.subscribe(List.of(), null, 1, null);
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
        SeatSubscription stuck = channel.subscribe(List.of(), null, 1, null);
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
        SeatSubscription watcher = channel.subscribe(List.of(), null, 1, null);
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

    private static final int HALF = 500;

    @Test
    void a_watcher_of_a_section_is_told_of_nothing_else() {
        SeatSubscription balcony = channel.subscribe(List.of("Balcony"), null, 1, null);
        ClientMap client = new ClientMap();
        client.take(Objects.requireNonNull(balcony.poll(), "no snapshot"));
        assertThat(Arrays.copyOfRange(client.codes, 0, HALF)).containsOnly(ClientMap.UNTOLD);
        assertThat(Arrays.copyOfRange(client.codes, HALF, 1_000)).containsOnly(0);

        seat(HALF - 1, SeatStatus.HELD);
        clock.advance(Duration.ofMillis(100));
        assertThat(balcony.poll()).isNull();

        seat(HALF - 1, SeatStatus.SOLD);
        seat(HALF, SeatStatus.HELD);
        clock.advance(Duration.ofMillis(100));
        SeatFrame delta = Objects.requireNonNull(balcony.poll(), "no delta");
        assertThat(delta.json()).isEqualTo("{\"type\":\"delta\",\"prevSeq\":1,\"seq\":4,\"changes\":[[500,1]]}");
        assertThat(balcony.poll()).isNull();
    }

    @Test
    void watchers_of_the_same_seats_share_their_frames_however_they_asked() {
        SeatSubscription one = channel.subscribe(List.of("Stalls", "Balcony"), null, 1, null);
        SeatSubscription other = channel.subscribe(List.of("Balcony", "Stalls", "Balcony"), null, 1, null);
        assertThat(other.poll()).isNotNull().isSameAs(one.poll());
        seat(0, SeatStatus.SOLD);
        clock.advance(Duration.ZERO);
        assertThat(other.poll()).isNotNull().isSameAs(one.poll());
    }

    @Test
    void a_section_that_does_not_exist_cannot_be_watched() {
        assertThatThrownBy(() -> channel.subscribe(List.of("Stalls", "Moon"), null, 1, null))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        refused -> assertThat(refused.rejection())
                                .isEqualTo(new Rejection.Invalid("section", "is not a section of this event")));
        assertThat(channel.isWatched()).isFalse();
    }

    @Test
    void whoever_comes_with_one_choice_too_many_is_told_of_everything() {
        List<PricedSection> many = new ArrayList<>();
        for (int i = 0; i <= SeatChannel.MOST_SCOPES; i++) {
            // With a gap after each, so that no two make one range.
            many.add(new PricedSection(
                    "S" + i, 2 * i, 1, ClientMap.sections(1, 0).getFirst().price()));
        }
        SeatChannel large = new SeatChannel(
                "epoch1",
                SeatBoard.load("epoch1", null, 0, List.of(new Opened(1, SHOW, many)), 0, 500)
                        .orElseThrow(),
                clock);
        List<SeatSubscription> watchers = new ArrayList<>();
        for (int i = 0; i <= SeatChannel.MOST_SCOPES; i++) {
            watchers.add(large.subscribe(List.of("S" + i), null, 1, null));
        }
        assertThat(Objects.requireNonNull(watchers.get(7).poll()).json()).contains("\"ranges\":[[14,1]]");
        assertThat(Objects.requireNonNull(watchers.getLast().poll()).json()).doesNotContain("ranges");

        watchers.get(7).close();
        SeatSubscription next = large.subscribe(List.of("S7"), null, 1, null);
        assertThat(Objects.requireNonNull(next.poll()).json()).contains("\"ranges\":[[14,1]]");
    }

    @Test
    void each_form_of_a_frame_is_made_once() {
        SeatFrame snapshot = Objects.requireNonNull(
                channel.subscribe(List.of(), null, 1, null).poll());
        SeatFrame.Form form = SeatFrame::binary;
        assertThat(snapshot.as(form)).isSameAs(snapshot.as(form)).isEqualTo(snapshot.binary());
    }

    @Test
    void the_binary_form_has_the_bytes_that_its_table_says() {
        SeatSubscription watcher = channel.subscribe(List.of(), null, 1, null);
        byte[] snapshot = Objects.requireNonNull(watcher.poll()).binary();
        assertThat(HexFormat.of().formatHex(snapshot, 0, 20))
                .isEqualTo("01" + "06" + "65706f636831" + "0000000000000001" + "000003e8");
        assertThat(snapshot).hasSize(20 + 250);

        seat(999, SeatStatus.SOLD);
        seat(3, SeatStatus.HELD);
        seat(34, SeatStatus.SOLD);
        clock.advance(Duration.ZERO);

        // 3·4+1 = 0x0d, 31·4+2 = 0x7e, 965·4+2 = 3862 = 0x1e·128 + 0x16.
        assertThat(HexFormat.of()
                        .formatHex(Objects.requireNonNull(watcher.poll()).binary()))
                .isEqualTo("02" + "0000000000000001" + "0000000000000004" + "0d" + "7e" + "961e");

        SeatSubscription part = channel.subscribe(List.of("Stalls"), null, 1, null);
        assertThat(HexFormat.of().formatHex(Objects.requireNonNull(part.poll()).binary(), 0, 30))
                .isEqualTo(
                        "03" + "06" + "65706f636831" + "0000000000000004" + "000003e8" + "0001" + "00000000000001f4");
    }

    @Test
    void whoever_has_no_thread_is_called_for_each_frame_and_at_the_end() {
        AtomicInteger calls = new AtomicInteger();
        SeatSubscription watcher = channel.subscribe(List.of(), null, 1, calls::incrementAndGet);
        watcher.poll();
        seat(1, SeatStatus.HELD);
        clock.advance(Duration.ZERO);
        assertThat(calls).hasValue(1);
        channel.close();
        assertThat(calls).hasValue(2);
        assertThat(watcher.isClosed()).isTrue();
    }

    @Test
    void a_crowd_is_told_in_turns_and_each_watcher_at_most_ten_times_a_second() {
        int crowd = 4_000;
        long[] calls = new long[crowd];
        Set<Long> moments = new HashSet<>();
        List<SeatSubscription> watchers = new ArrayList<>();
        Map<Integer, ClientMap> maps = new HashMap<>();
        for (int i = 0; i < crowd; i++) {
            int own = i;
            watchers.add(channel.subscribe(List.of(), null, 1, () -> {
                calls[own]++;
                moments.add(clock.nanoTime());
            }));
            if (i % 100 == 0) {
                maps.put(i, new ClientMap());
            }
        }
        int[] truth = new int[1_000];
        for (int millis = 0; millis < 1_999; millis++) {
            truth[millis % 1_000] = 1 + millis / 1_000;
            seat(millis % 1_000, SeatStatus.of(truth[millis % 1_000]));
            clock.advance(Duration.ofMillis(1));
            maps.forEach((watcher, map) -> {
                for (SeatFrame frame = watchers.get(watcher).poll();
                        frame != null;
                        frame = watchers.get(watcher).poll()) {
                    map.take(frame);
                }
            });
            if (millis == 998) {
                assertThat(Arrays.stream(calls).max().orElseThrow()).isLessThanOrEqualTo(10);
                moments.clear();
            }
        }
        assertThat(Arrays.stream(calls).max().orElseThrow()).isLessThanOrEqualTo(20);
        assertThat(Arrays.stream(calls).min().orElseThrow()).isGreaterThanOrEqualTo(18);
        assertThat(moments).as("eight cohorts, ten times each").hasSize(80);

        clock.advance(Duration.ofMillis(200));
        maps.forEach((watcher, map) -> {
            for (SeatFrame frame = watchers.get(watcher).poll();
                    frame != null;
                    frame = watchers.get(watcher).poll()) {
                map.take(frame);
            }
            assertThat(map.codes).isEqualTo(truth);
        });
    }

    @Test
    void whoever_begins_a_new_cohort_hears_of_what_was_about_to_be_told() {
        for (int i = 0; i < SeatChannel.WATCHERS_A_COHORT; i++) {
            channel.subscribe(List.of(), null, 1, null);
        }
        channel.apply(new Changed(++position, SHOW, 5, SeatStatus.SOLD));
        SeatSubscription next = channel.subscribe(List.of(), null, 1, null);
        ClientMap map = new ClientMap();
        map.take(Objects.requireNonNull(next.poll()));

        clock.advance(Duration.ofMillis(200));

        SeatFrame delta = next.poll();
        if (delta != null) {
            map.take(delta);
        }
        assertThat(map.codes[5]).isEqualTo(2);
    }
}
