package ticketing.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import ticketing.bench.Crowd.Kind;
import ticketing.messages.show.ShowId;
import tools.jackson.databind.JsonNode;

/**
 * Thousands of watchers of one show on which a thousand seats a second change: whether everybody ends on the true map, how long a change takes to be seen, and what a
 * watcher costs. Then as many as there is room for.
 */
final class CrowdBench {

    private static final int WATCHERS = 5_000;
    private static final double SLOW = 0.05;
    private static final double RECONNECTING = 0.10;
    private static final int ROWS = 100;

    /** Seats held and given back together: what is measured is the telling, not the booking. */
    private static final int TOGETHER = 25;

    private static final int BOOKINGS_A_SECOND = 20;
    /** A quarter of all seats is held before the first is given back; until then only half as much changes. */
    private static final int GROUPS = ROWS * 100 / TOGETHER;

    private static final int BUYERS = 8;
    private static final int CALLS_AT_ONCE = 32;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration AT_EACH_STEP = Duration.ofSeconds(10);
    private static final int STEP = 2_500;
    /** From one address to another there are some 28,000 ports by default; each of the two processes needs a file for each watcher, and some besides. */
    private static final int PORTS = 27_500;

    private static final int OTHER_FILES = 1_000;
    private static final Duration BEARABLE = Duration.ofMillis(150);

    private static final String CHANGES = """
            SELECT position, time_stamp FROM store.domain_event
            WHERE position > ? AND position <= ? AND aggregate_type = 'Ticket' ORDER BY position""";

    private final Path directory;
    private final Report report;

    CrowdBench(Path directory, Report report) {
        this.directory = directory;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        String password = UUID.randomUUID().toString();
        Duration measured = Duration.ofMinutes(Long.getLong("bench.crowd.minutes", 1));
        Map<String, String> settings = Map.of(
                "TICKETING_SEARCH_EMBEDDED", "false",
                "TICKETING_LIVE_CONNECTIONS", "30000",
                "SERVER_TOMCAT_MAX_CONNECTIONS", "40000");
        report.begins("starting the program for a crowd");
        try (Program program = Program.start(directory, password, settings);
                Api api = new Api(program.address())) {
            String organizer = api.login(Program.ADMIN_EMAIL, password);
            ShowId show = api.newShow(organizer, api.newVenue(organizer, ROWS), 600, 100);
            api.publish(organizer, show);
            List<String> buyers = new ArrayList<>();
            for (int i = 0; i < BUYERS; i++) {
                buyers.add(api.newBuyer());
            }
            try (Crowd crowd = new Crowd(program.address(), show);
                    Changes changes = new Changes(api, show, buyers)) {
                watch(program, api, show, crowd, changes, measured);
                if (!Boolean.getBoolean("bench.crowd.only")) {
                    asManyAsThereIsRoomFor(crowd, changes);
                }
            }
        }
    }

    private void watch(Program program, Api api, ShowId show, Crowd crowd, Changes changes, Duration measured)
            throws IOException, InterruptedException {
        report.begins("warming up with a few watchers");
        crowd.join(Collections.nCopies(100, Kind.READING));
        changes.begin();
        TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
        changes.pause();
        long few = program.heapInUse();
        report.begins(WATCHERS + " watchers come");
        List<Kind> kinds = new ArrayList<>();
        for (int i = 100; i < WATCHERS; i++) {
            double share = (double) i / WATCHERS;
            kinds.add(
                    share < 1 - SLOW - RECONNECTING
                            ? Kind.READING
                            : share < 1 - RECONNECTING ? Kind.SLOW : Kind.RECONNECTING);
        }
        Collections.shuffle(kinds, new Random(1));
        long begun = System.nanoTime();
        crowd.join(kinds);
        report.once(
                WATCHERS + " watchers of one show",
                Duration.ofNanos(System.nanoTime() - begun),
                "until each has a snapshot");
        long many = program.heapInUse();
        report.fact(
                "heap for each of them",
                String.format(Locale.ROOT, "%.1f KiB", (many - few) / 1_024.0 / (WATCHERS - 100)),
                "after a full collection, with " + WATCHERS + " and with 100 watchers, nothing changing");

        report.begins("a thousand changes a second for " + measured.toSeconds() + " s");
        changes.begin();
        crowd.setRestless(true);
        TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
        long afterBeginning = program.heapInUse();
        TimeUnit.SECONDS.sleep(3);
        long from = seqOf(api, show);
        long framesBefore = crowd.frames();
        long bytesBefore = crowd.bytes();
        long changesBefore = changes.made();
        Duration programBefore = program.processorTime();
        Duration ownBefore = own();
        crowd.setRecording(true);
        long start = System.nanoTime();
        Histogram delays = Load.histogram();
        Histogram slow = Load.histogram();
        List<Long> heaps = new ArrayList<>(List.of(afterBeginning));
        for (long minute = 1; minute <= measured.toMinutes(); minute++) {
            while (System.nanoTime() - start < TimeUnit.MINUTES.toNanos(minute)) {
                TimeUnit.MILLISECONDS.sleep(500);
                changes.rethrow();
            }
            // A full collection stops the program for a moment, which is none of its watchers' business here.
            crowd.setRecording(false);
            TimeUnit.MILLISECONDS.sleep(200);
            heaps.add(program.heapInUse());
            TimeUnit.MILLISECONDS.sleep(800);
            crowd.setRecording(minute < measured.toMinutes());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        crowd.setRecording(false);
        Duration programUsed = program.processorTime().minus(programBefore);
        Duration ownUsed = own().minus(ownBefore);
        long frames = crowd.frames() - framesBefore;
        long bytes = crowd.bytes() - bytesBefore;
        long made = changes.made() - changesBefore;
        crowd.setRestless(false);
        changes.pause();
        long to = seqOf(api, show);
        crowd.awaitSeen(to);
        JsonNode now =
                api.get("/v1/events/" + show + "/availability").expect(200).body();
        crowd.expect(Base64.getDecoder().decode(now.path("statuses").asString()));
        Times times = times(from, to);
        Map<Crowd.Step, List<Crowd.Arrivals>> steps = crowd.taken(false);
        times.record(steps, delays);
        Histogram newest = times.newest(steps);
        times.record(crowd.taken(true), slow);
        report.fact(
                "changes and frames",
                String.format(Locale.ROOT, "%,.0f/s and %,.0f/s", made / seconds, frames / seconds),
                String.format(
                        Locale.ROOT,
                        "seat changes made, frames read by all; %,.0f bytes each; %d returns, %d of them with a new snapshot",
                        (double) bytes / frames,
                        crowd.returns(),
                        crowd.snapshots()));
        report.fact(
                "processors in use",
                String.format(
                        Locale.ROOT,
                        "%.2f and %.2f",
                        programUsed.toNanos() / 1e9 / seconds,
                        ownUsed.toNanos() / 1e9 / seconds),
                "by the program without its database, and by this load generator");
        report.delays(
                "from a change to a watcher",
                delays,
                "each change at each watcher who reads as it comes, from the event's time before its commit");
        report.delays(
                "from the last change of a frame to its first watcher",
                newest,
                "commit, feed and network, and up to 25 ms until the frame is due: that often something changes");
        report.delays("the same, watchers who read every few seconds", slow, "");
        report.fact(
                "heap after each minute",
                heaps.stream()
                                .map(heap -> String.format(Locale.ROOT, "%.0f", heap / 1e6))
                                .collect(Collectors.joining(", "))
                        + " MB",
                "in use after a full collection, everything and everybody included");
        report.fact("the true map", WATCHERS + " of " + WATCHERS, "at the end, each compared with the availability");
    }

    private void asManyAsThereIsRoomFor(Crowd crowd, Changes changes) throws InterruptedException {
        int bearable = 0;
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        long most = Math.min(PORTS, files - OTHER_FILES);
        String stopped = most == PORTS
                ? "the ports between two addresses"
                : "the " + files + " files that a process may have open here";
        changes.begin();
        while (crowd.size() + STEP <= most) {
            report.begins((crowd.size() + STEP) + " watchers");
            try {
                crowd.join(Collections.nCopies(STEP, Kind.READING));
            } catch (RuntimeException e) {
                stopped = String.valueOf(e.getMessage());
                break;
            }
            TimeUnit.SECONDS.sleep(2);
            crowd.taken(false);
            crowd.setRecording(true);
            TimeUnit.NANOSECONDS.sleep(AT_EACH_STEP.toNanos());
            crowd.setRecording(false);
            Histogram delays = Load.histogram();
            Map<Crowd.Step, List<Crowd.Arrivals>> taken = crowd.taken(false);
            long first =
                    taken.keySet().stream().mapToLong(Crowd.Step::prevSeq).min().orElse(0);
            long last = taken.keySet().stream().mapToLong(Crowd.Step::seq).max().orElse(0);
            times(first, last).record(taken, delays);
            report.delays("from a change to one of " + crowd.size() + " watchers", delays, "");
            if (delays.getValueAtPercentile(99) <= BEARABLE.toNanos() / 1_000) {
                bearable = crowd.size();
            }
        }
        changes.pause();
        report.fact(
                "watchers this machine holds",
                crowd.size() + "",
                "what stopped it: " + stopped + "; " + (bearable == 0 ? "none of these steps" : bearable + " of them")
                        + " within " + BEARABLE.toMillis() + " ms at p99");
    }

    private static Duration own() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static long seqOf(Api api, ShowId show) throws IOException, InterruptedException {
        return api.get("/v1/events/" + show + "/availability")
                .expect(200)
                .body()
                .path("seq")
                .asLong();
    }

    /** When each event happened. */
    private static final class Times {

        private final long[] positions;
        private final long[] micros;

        Times(List<long[]> found) {
            positions = found.stream().mapToLong(one -> one[0]).toArray();
            micros = found.stream().mapToLong(one -> one[1]).toArray();
        }

        private int firstAfter(long position) {
            int low = 0;
            int high = positions.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (positions[middle] > position) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }

        Histogram newest(Map<Crowd.Step, List<Crowd.Arrivals>> arrivals) {
            Histogram delays = Load.histogram();
            arrivals.forEach((step, all) -> {
                int last = firstAfter(step.seq()) - 1;
                if (last >= 0 && positions[last] > step.prevSeq()) {
                    long first = all.stream()
                            .mapToLong(some -> some.firstMicros)
                            .min()
                            .orElseThrow();
                    delays.recordValue(Math.clamp(first - micros[last], 0, TimeUnit.MINUTES.toMicros(1)));
                }
            });
            return delays;
        }

        void record(Map<Crowd.Step, List<Crowd.Arrivals>> arrivals, Histogram delays) {
            arrivals.forEach((step, all) -> {
                for (int i = firstAfter(step.prevSeq()); i < positions.length && positions[i] <= step.seq(); i++) {
                    for (Crowd.Arrivals some : all) {
                        for (int millis = 0; millis < some.byMillis().length; millis++) {
                            if (some.byMillis()[millis] > 0) {
                                long delay = some.firstMicros + 1_000L * millis - micros[i];
                                delays.recordValueWithCount(
                                        Math.clamp(delay, 0, TimeUnit.MINUTES.toMicros(1)), some.byMillis()[millis]);
                            }
                        }
                    }
                }
            });
        }
    }

    private Times times(long after, long upTo) {
        List<long[]> found = new ArrayList<>();
        try (Connection database = DriverManager.getConnection(Program.database(directory));
                PreparedStatement query = database.prepareStatement(CHANGES)) {
            query.setLong(1, after);
            query.setLong(2, upTo);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    OffsetDateTime time = rows.getObject(2, OffsetDateTime.class);
                    found.add(new long[] {rows.getLong(1), time.toEpochSecond() * 1_000_000 + time.getNano() / 1_000});
                }
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("the program's database cannot be read: " + e.getMessage(), e);
        }
        return new Times(found);
    }

    /** Holds seats and gives them back, at a steady rate whatever the program does. */
    private static final class Changes implements AutoCloseable {

        private final Api api;
        private final ShowId show;
        private final List<String> buyers;
        private final Queue<Integer> free = new ConcurrentLinkedQueue<>();
        private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
        private final Semaphore calls = new Semaphore(CALLS_AT_ONCE);
        private final AtomicLong made = new AtomicLong();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private final Thread clock =
                Thread.ofPlatform().daemon().name("changes").unstarted(this::tick);
        private volatile boolean running;
        private volatile boolean closed;

        Changes(Api api, ShowId show, List<String> buyers) {
            this.api = api;
            this.show = show;
            this.buyers = buyers;
            List<Integer> groups =
                    new ArrayList<>(IntStream.range(0, GROUPS).boxed().toList());
            Collections.shuffle(groups, new Random(2));
            free.addAll(groups);
            clock.start();
        }

        void begin() {
            running = true;
        }

        /** Returns when nothing is under way any more. */
        void pause() throws InterruptedException {
            running = false;
            TimeUnit.MILLISECONDS.sleep(100);
            calls.acquire(CALLS_AT_ONCE);
            calls.release(CALLS_AT_ONCE);
            rethrow();
        }

        long made() {
            return made.get();
        }

        void rethrow() {
            Throwable broken = failure.get();
            if (broken != null) {
                throw new IllegalStateException("a change failed: " + broken, broken);
            }
        }

        private void tick() {
            long due = System.nanoTime();
            long every = TimeUnit.SECONDS.toNanos(1) / BOOKINGS_A_SECOND;
            while (!closed) {
                long now = System.nanoTime();
                // What a stall has kept back is made up for, of one second at most.
                due = Math.max(due + every, now - TimeUnit.SECONDS.toNanos(1));
                try {
                    TimeUnit.NANOSECONDS.sleep(Math.max(0, due - now));
                    if (running) {
                        calls.acquire();
                        Thread.ofVirtual().start(this::change);
                    }
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        /** One hold, and one given back once a quarter of all seats is held. */
        private void change() {
            try {
                Integer group = free.poll();
                if (group != null) {
                    hold(group);
                }
                if (held.size() > GROUPS / 4) {
                    Runnable release = held.poll();
                    if (release != null) {
                        release.run();
                    }
                }
            } catch (IOException | RuntimeException e) {
                failure.compareAndSet(null, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                calls.release();
            }
        }

        private void hold(int group) throws IOException, InterruptedException {
            String buyer = buyers.get(group % buyers.size());
            int[] seats =
                    IntStream.range(group * TOGETHER, (group + 1) * TOGETHER).toArray();
            String booking = api.reserve(buyer, show, seats)
                    .expect(201)
                    .body()
                    .path("bookingId")
                    .asString();
            made.addAndGet(TOGETHER);
            held.add(() -> {
                try {
                    api.send("DELETE", "/v1/bookings/" + booking, buyer, null).expect(204);
                    made.addAndGet(TOGETHER);
                    free.add(group);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        @Override
        public void close() {
            closed = true;
            clock.interrupt();
        }
    }
}
