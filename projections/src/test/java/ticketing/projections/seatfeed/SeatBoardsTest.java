package ticketing.projections.seatfeed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static ticketing.projections.seatfeed.ClientMap.SHOW;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowId;
import ticketing.projections.seatfeed.SeatChange.Changed;
import ticketing.projections.seatfeed.SeatChange.Closed;
import ticketing.projections.seatfeed.SeatChange.Opened;

class SeatBoardsTest {

    private static final int FOR_SALE = 9;
    private static final int SEATS = 12;
    private static final ShowId OTHER = new ShowId("show2");

    /** An event store, a view that follows it and a feed that follows it, each at its own pace. */
    private static final class World implements SeatViewReader {
        final List<SeatChange> log = new ArrayList<>();
        final HandClock clock = new HandClock();
        final SeatBoards boards;
        long viewedTo;
        long fedTo;
        Runnable meanwhile = () -> {};

        World(SeatBoards.Limits limits) {
            boards = new SeatBoards(this, clock, limits, 0) {
                @Override
                synchronized boolean awaitFed(long position, Duration atMost) {
                    feed(Math.max(fedTo, position));
                    return true;
                }
            };
        }

        void happens(SeatChange change) {
            assertThat(change.position()).isEqualTo(log.size() + 1);
            log.add(change);
        }

        void seat(int seat, SeatStatus status) {
            happens(new Changed(log.size() + 1, SHOW, seat, status));
        }

        void feed(long upTo) {
            boards.record(log.subList((int) fedTo, (int) upTo), upTo);
            fedTo = upTo;
        }

        void feedAll() {
            feed(log.size());
        }

        @Override
        public String epoch() {
            return "epoch1";
        }

        @Override
        public long position() {
            long position = viewedTo;
            meanwhile.run();
            return position;
        }

        @Override
        public boolean await(long position, Duration atMost) {
            viewedTo = Math.max(viewedTo, position);
            return true;
        }

        @Override
        public Optional<SeatRows> read(ShowId showId) {
            meanwhile.run();
            Optional<SeatRows> read = rows(showId);
            meanwhile.run();
            return read;
        }

        private Optional<SeatRows> rows(ShowId showId) {
            List<SeatRows.Section> sections = new ArrayList<>();
            Map<Integer, SeatRows.Seat> rows = new LinkedHashMap<>();
            Long cancelledAt = null;
            for (SeatChange change : log.subList(0, (int) viewedTo)) {
                if (change.showId().equals(showId)) {
                    switch (change) {
                        case Opened opened ->
                            opened.sections()
                                    .forEach(s -> sections.add(new SeatRows.Section(
                                            s.name(), s.firstSeat(), s.seats(), s.price() != null, opened.position())));
                        case Changed c -> rows.put(c.seat(), new SeatRows.Seat(c.seat(), c.status(), c.position()));
                        case Closed closing -> cancelledAt = closing.position();
                    }
                }
            }
            return sections.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new SeatRows(sections, cancelledAt, List.copyOf(rows.values())));
        }

        /** What the show looks like to somebody who has seen every event up to this position. */
        int[] truth(long upTo) {
            int[] codes = new int[SEATS];
            boolean closed = false;
            for (SeatChange change : log) {
                if (change.position() > upTo || !change.showId().equals(SHOW)) {
                    continue;
                }
                switch (change) {
                    case Opened _ -> Arrays.fill(codes, FOR_SALE, SEATS, 3);
                    case Changed c -> codes[c.seat()] = closed ? 3 : c.status().code();
                    case Closed _ -> {
                        closed = true;
                        Arrays.fill(codes, 3);
                    }
                }
            }
            return codes;
        }
    }

    private static SeatBoards.Limits limits(int boards, int recent, int history) {
        return new SeatBoards.Limits(boards, recent, history, Duration.ofSeconds(5));
    }

    private static World opened() {
        World world = new World(limits(8, 100, 100));
        world.happens(new Opened(1, SHOW, ClientMap.sections(FOR_SALE, SEATS - FOR_SALE)));
        return world;
    }

    private static @Nullable SeatFrame poll(SeatSubscription subscription) {
        try {
            return subscription.next(Duration.ZERO);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static SeatFrame frame(SeatSubscription subscription) {
        return Objects.requireNonNull(poll(subscription), "no frame");
    }

    @Test
    void a_show_nobody_published_has_no_seats() {
        World world = new World(limits(8, 100, 100));

        assertThat(world.boards.availability(SHOW)).isEmpty();
        assertThat(world.boards.subscribe(SHOW, List.of(), null, null)).isEmpty();
        assertThat(world.boards.size()).isZero();
    }

    @Test
    void a_show_is_there_as_soon_as_the_feed_knows_it() {
        World world = opened();
        world.feedAll();

        ClientMap client = new ClientMap();
        client.take(world.boards.availability(SHOW).orElseThrow());

        assertThat(client.seq).isEqualTo(1);
        assertThat(client.codes).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 3);
    }

    @Test
    void events_between_the_rows_and_the_feed_are_not_lost() {
        World world = opened();
        world.seat(0, SeatStatus.HELD);
        world.viewedTo = 2;
        world.seat(1, SeatStatus.HELD);
        world.seat(0, SeatStatus.SOLD);
        world.feedAll();

        ClientMap client = new ClientMap();
        client.take(world.boards.availability(SHOW).orElseThrow());

        assertThat(client.seq).isEqualTo(4);
        assertThat(client.codes).startsWith(2, 1, 0);
    }

    @Test
    void a_view_ahead_of_the_feed_waits_for_it() {
        World world = opened();
        world.seat(0, SeatStatus.HELD);
        world.seat(0, SeatStatus.SOLD);
        world.viewedTo = 3;
        world.feed(1);
        assertThat(world.boards.availability(SHOW).orElseThrow().seq()).isEqualTo(3);

        assertThat(world.fedTo).isEqualTo(3);
        ClientMap client = new ClientMap();
        client.take(world.boards.availability(SHOW).orElseThrow());
        assertThat(client.seq).isEqualTo(3);
        assertThat(client.codes).startsWith(2, 0);
    }

    @Test
    void a_cancelled_show_stays_closed_whatever_happens_to_its_tickets() {
        World world = opened();
        world.seat(0, SeatStatus.HELD);
        world.feedAll();
        SeatSubscription watcher =
                world.boards.subscribe(SHOW, List.of(), null, null).orElseThrow();
        ClientMap client = new ClientMap();
        client.take(frame(watcher));

        world.happens(new Closed(3, SHOW));
        world.seat(0, SeatStatus.AVAILABLE);
        world.feedAll();
        world.clock.advance(Duration.ofSeconds(1));

        SeatFrame frame = frame(watcher);
        assertThat(frame.kind()).isEqualTo(SeatFrame.Kind.SNAPSHOT);
        client.take(frame);
        assertThat(client.codes).containsOnly(3);
        assertThat(poll(watcher)).isNull();
    }

    @Test
    void the_longest_unused_board_leaves_but_never_a_watched_one() {
        World world = new World(limits(2, 100, 100));
        for (int i = 1; i <= 5; i++) {
            world.happens(new Opened(i, new ShowId("s" + i), ClientMap.sections(3, 0)));
        }
        world.feedAll();
        SeatSubscription watcher =
                world.boards.subscribe(new ShowId("s1"), List.of(), null, null).orElseThrow();
        for (int i = 2; i <= 5; i++) {
            assertThat(world.boards.availability(new ShowId("s" + i))).isPresent();
        }
        assertThat(world.boards.size()).isEqualTo(3);
        poll(watcher);

        world.happens(new Changed(6, new ShowId("s1"), 0, SeatStatus.HELD));
        world.feedAll();
        world.clock.advance(Duration.ofSeconds(1));

        assertThat(poll(watcher)).isNotNull();
    }

    @Test
    void a_view_that_stays_too_far_behind_is_a_reason_to_try_again_later() {
        World world = new World(limits(8, 2, 100));
        world.happens(new Opened(1, SHOW, ClientMap.sections(FOR_SALE, SEATS - FOR_SALE)));
        for (int i = 0; i < 5; i++) {
            world.seat(i, SeatStatus.HELD);
        }
        SeatViewReader stuck = new SeatViewReader() {
            @Override
            public String epoch() {
                return "epoch1";
            }

            @Override
            public long position() {
                return 0;
            }

            @Override
            public boolean await(long position, Duration atMost) {
                return false;
            }

            @Override
            public Optional<SeatRows> read(ShowId showId) {
                return Optional.empty();
            }
        };
        SeatBoards boards = new SeatBoards(stuck, world.clock, limits(8, 2, 100), 0);
        boards.record(world.log, 6);

        assertThatThrownBy(() -> boards.availability(SHOW)).isInstanceOf(SeatFeedBehind.class);
        assertThatThrownBy(() -> boards.subscribe(SHOW, List.of(), null, null)).isInstanceOf(SeatFeedBehind.class);
    }

    @Test
    void a_watcher_who_comes_back_is_told_only_what_it_missed() {
        World world = opened();
        world.seat(0, SeatStatus.HELD);
        world.seat(1, SeatStatus.HELD);
        world.seat(0, SeatStatus.SOLD);
        world.feedAll();

        SeatSubscription watcher = world.boards
                .subscribe(SHOW, List.of(), new ResumePoint("epoch1", 2), null)
                .orElseThrow();

        assertThat(frame(watcher).json())
                .isEqualTo("{\"type\":\"delta\",\"prevSeq\":2,\"seq\":4,\"changes\":[[1,1],[0,2]]}");
        assertThat(poll(watcher)).isNull();
    }

    @Test
    void a_watcher_who_missed_nothing_is_told_so() {
        World world = opened();
        world.seat(0, SeatStatus.HELD);
        world.feedAll();

        SeatSubscription watcher = world.boards
                .subscribe(SHOW, List.of(), new ResumePoint("epoch1", 2), null)
                .orElseThrow();

        assertThat(frame(watcher).json()).isEqualTo("{\"type\":\"delta\",\"prevSeq\":2,\"seq\":2,\"changes\":[]}");
        assertThat(poll(watcher)).isNull();
    }

    @Test
    void another_epoch_the_future_and_the_forgotten_past_start_with_a_snapshot() {
        World world = new World(limits(8, 100, 2));
        world.happens(new Opened(1, SHOW, ClientMap.sections(FOR_SALE, SEATS - FOR_SALE)));
        for (int i = 0; i < 5; i++) {
            world.seat(i, SeatStatus.HELD);
        }
        world.feedAll();

        for (ResumePoint point : List.of(
                new ResumePoint("other", 6),
                new ResumePoint("epoch1", 7),
                new ResumePoint("epoch1", -1),
                new ResumePoint("epoch1", 3))) {
            SeatSubscription watcher =
                    world.boards.subscribe(SHOW, List.of(), point, null).orElseThrow();
            assertThat(frame(watcher).kind()).as(point.toString()).isEqualTo(SeatFrame.Kind.SNAPSHOT);
        }
        assertThat(frame(world.boards
                                .subscribe(SHOW, List.of(), new ResumePoint("epoch1", 4), null)
                                .orElseThrow())
                        .kind())
                .isEqualTo(SeatFrame.Kind.DELTA);
    }

    @Test
    void closing_ends_every_subscription() {
        World world = opened();
        world.feedAll();
        SeatSubscription watcher =
                world.boards.subscribe(SHOW, List.of(), null, null).orElseThrow();

        world.boards.close();

        assertThat(watcher.isClosed()).isTrue();
        assertThat(poll(watcher)).isNull();
        assertThatThrownBy(() -> world.boards.subscribe(SHOW, List.of(), null, null))
                .isInstanceOf(SeatFeedBehind.class);
    }

    /**
     * Whatever the order in which events happen, the view sees them, the feed sees them, boards are loaded and dropped and watchers come, lag and come
     * back: everything a watcher is told is exactly the truth at the position it is told for, and in the end everybody knows everything.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 200})
    void watchers_always_see_the_truth(int capacity) {
        for (int seed = 0; seed < 3_000; seed++) {
            try {
                play(new Random(seed), capacity);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static void play(Random random, int capacity) {
        World world = new World(limits(1, capacity, capacity));
        if (random.nextBoolean()) {
            world.happens(new Opened(1, SHOW, ClientMap.sections(FOR_SALE, SEATS - FOR_SALE)));
            if (random.nextBoolean()) {
                world.viewedTo = 1;
            }
        }
        int[] depth = {0};
        world.meanwhile = () -> {
            if (depth[0]++ == 0) {
                for (int i = random.nextInt(4); i > 0; i--) {
                    move(world, random);
                }
            }
            depth[0]--;
        };
        Map<SeatSubscription, Watching> watchers = new LinkedHashMap<>();
        List<Watching> gone = new ArrayList<>();
        for (int step = 0; step < 60; step++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    ResumePoint from = null;
                    Watching client = Watching.any(random);
                    if (!gone.isEmpty() && random.nextBoolean()) {
                        client = gone.remove(random.nextInt(gone.size()));
                        from = new ResumePoint("epoch1", client.map.seq);
                    }
                    Watching its = client;
                    world.boards
                            .subscribe(SHOW, its.sections, from, null)
                            .ifPresent(watcher -> watchers.put(watcher, its));
                }
                case 1 ->
                    world.boards.availability(SHOW).ifPresent(now -> {
                        Watching client = Watching.any(random);
                        client.map.take(now);
                        client.sees(world.truth(client.map.seq));
                        gone.add(client);
                    });
                case 2 ->
                    watchers.entrySet().stream()
                            .skip(random.nextInt(watchers.size() + 1))
                            .findFirst()
                            .ifPresent(any -> {
                                any.getKey().close();
                                watchers.remove(any.getKey());
                                if (any.getValue().map.seq >= 0) {
                                    gone.add(any.getValue());
                                }
                            });
                case 3 -> world.boards.availability(OTHER);
                case 4 -> world.clock.advance(Duration.ofMillis(random.nextInt(150)));
                case 5 ->
                    watchers.forEach((watcher, client) -> {
                        if (random.nextBoolean()) {
                            takeAll(world, watcher, client);
                        }
                    });
                default -> move(world, random);
            }
        }
        world.meanwhile = () -> {};
        world.viewedTo = world.log.size();
        world.feedAll();
        world.clock.advance(Duration.ofSeconds(1));
        watchers.forEach((watcher, client) -> {
            takeAll(world, watcher, client);
            client.sees(world.truth(world.log.size()));
        });
        world.boards.availability(SHOW).ifPresent(end -> {
            ClientMap client = new ClientMap();
            client.take(end);
            assertThat(client.codes).isEqualTo(world.truth(world.log.size()));
        });
    }

    private static void takeAll(World world, SeatSubscription watcher, Watching client) {
        for (SeatFrame frame = poll(watcher); frame != null; frame = poll(watcher)) {
            client.take(frame);
            client.sees(world.truth(client.map.seq));
        }
    }

    /** Somebody who watches some sections in one of the two forms, and may come back with what they have. */
    private static final class Watching {

        private static final List<List<String>> CHOICES = List.of(
                List.of(),
                List.of("Stalls"),
                List.of("Balcony"),
                List.of("Closed"),
                List.of("Closed", "Stalls"),
                List.of("Stalls", "Balcony", "Closed"));

        private final ClientMap map = new ClientMap();
        private final List<String> sections;
        private final boolean binary;

        private Watching(List<String> sections, boolean binary) {
            this.sections = sections;
            this.binary = binary;
        }

        static Watching any(Random random) {
            return new Watching(CHOICES.get(random.nextInt(CHOICES.size())), random.nextBoolean());
        }

        void take(SeatFrame frame) {
            if (binary) {
                map.takeBinary(frame);
            } else {
                map.take(frame);
            }
        }

        /** Whether of all seats that it wanted to be told of it knows what they are. */
        void sees(int[] truth) {
            for (PricedSection section : ClientMap.sections(FOR_SALE, SEATS - FOR_SALE)) {
                if (sections.isEmpty() || sections.contains(section.name())) {
                    int from = section.firstSeat();
                    int to = from + section.seats();
                    assertThat(Arrays.copyOfRange(map.codes, from, to)).isEqualTo(Arrays.copyOfRange(truth, from, to));
                }
            }
        }
    }

    private static void move(World world, Random random) {
        long next = world.log.size() + 1L;
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                boolean open = world.log.stream()
                        .anyMatch(c -> c instanceof Opened && c.showId().equals(SHOW));
                boolean otherOpen = world.log.stream()
                        .anyMatch(c -> c instanceof Opened && c.showId().equals(OTHER));
                if (!open) {
                    world.happens(new Opened(next, SHOW, ClientMap.sections(FOR_SALE, SEATS - FOR_SALE)));
                } else if (!otherOpen) {
                    world.happens(new Opened(next, OTHER, ClientMap.sections(4, 0)));
                } else if (random.nextInt(40) == 0) {
                    world.happens(new Closed(next, SHOW));
                } else if (random.nextInt(3) == 0) {
                    world.happens(new Changed(next, OTHER, random.nextInt(4), SeatStatus.of(random.nextInt(3))));
                } else {
                    world.happens(new Changed(next, SHOW, random.nextInt(FOR_SALE), SeatStatus.of(random.nextInt(3))));
                }
            }
            case 2, 3 -> world.viewedTo += random.nextInt((int) (world.log.size() - world.viewedTo) + 1);
            default -> world.feed(world.fedTo + random.nextInt((int) (world.log.size() - world.fedTo) + 1));
        }
    }
}
