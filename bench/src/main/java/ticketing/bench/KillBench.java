package ticketing.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import ticketing.messages.show.ShowId;

/**
 * How late holds end when the program is killed while it takes bookings and ends holds, and is then started again. A hold is late from its end on, or
 * from the moment in which its seat map could be seen again, whichever comes later.
 */
final class KillBench {

    private static final int PER_SECOND = 50;
    private static final Duration BOOKING = Duration.ofSeconds(24);
    /** Shorter than the booking goes on: some holds end before the kill, some while the program is down, some after it. */
    private static final int HOLD_SECONDS = 18;

    private final Path directory;
    private final String adminPassword;
    private final Report report;

    private final Map<Integer, Instant> ends = new ConcurrentHashMap<>();

    KillBench(Path directory, String adminPassword, Report report) {
        this.directory = directory;
        this.adminPassword = adminPassword;
        this.report = report;
    }

    /** On the data directory of a program that is not running. */
    void run() throws IOException, InterruptedException {
        ShowId show;
        Instant killed;
        Map<Integer, Instant> freed = new HashMap<>();
        report.begins("killing the program while it takes bookings");
        try (Program program = Program.start(directory, adminPassword);
                Api api = new Api(program.address())) {
            String organizer = api.login(Program.ADMIN_EMAIL, adminPassword);
            show = api.newShow(organizer, api.newVenue(organizer, 12), HOLD_SECONDS);
            api.publish(organizer, show);
            String buyer = api.newBuyer();
            try (Watch watch = api.watch(show)) {
                Map<Integer, CompletableFuture<Watch.Seen>> seen = book(api, show, buyer, watch);
                killed = Instant.now();
                program.kill();
                seen.forEach((seat, future) -> {
                    if (future.isDone() && !future.isCompletedExceptionally()) {
                        freed.put(seat, future.join().instant());
                    }
                });
            }
        }
        Histogram before = Load.histogram();
        freed.forEach((seat, at) -> record(before, seat, end(seat), at));
        report.delays("holds that ended before a kill", before, "from the hold's end to the frame");

        report.begins("starting it again");
        Histogram meanwhile = Load.histogram();
        Histogram after = Load.histogram();
        try (Program program = Program.start(directory, adminPassword);
                Api api = new Api(program.address());
                Watch watch = new Watch()) {
            Instant ready = Instant.now();
            Map<Integer, CompletableFuture<Watch.Seen>> expected = new HashMap<>();
            ends.keySet().stream()
                    .filter(seat -> !freed.containsKey(seat))
                    .forEach(seat -> expected.put(seat, watch.expect(seat, Watch.AVAILABLE)));
            api.watch(show, watch);
            Instant watching = Instant.now();
            for (Map.Entry<Integer, CompletableFuture<Watch.Seen>> one : expected.entrySet()) {
                int seat = one.getKey();
                Instant at = watch.await(one.getValue(), "seat " + seat + " being free again")
                        .instant();
                if (end(seat).isBefore(watching)) {
                    // What the first snapshot shows as free was published before anybody could see it.
                    record(meanwhile, seat, watching, at);
                } else {
                    record(after, seat, end(seat), at);
                }
            }
            report.once(
                    "killed until ready again",
                    Duration.between(killed, ready),
                    "the first seat map was there "
                            + Duration.between(ready, watching).toMillis() + " ms later");
            report.delays(
                    "holds that ended meanwhile", meanwhile, "from the first seat map after the start to the frame");
            report.delays("holds that ended after that", after, "from the hold's end to the frame");
        }
    }

    /** Books seat after seat at a steady rate; what is still unanswered at the end will be interrupted. */
    private Map<Integer, CompletableFuture<Watch.Seen>> book(Api api, ShowId show, String buyer, Watch watch)
            throws InterruptedException {
        Map<Integer, CompletableFuture<Watch.Seen>> seen = new ConcurrentHashMap<>();
        long begun = System.nanoTime();
        // Not closed, which would wait for those who are never answered.
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        for (int n = 0; n < PER_SECOND * BOOKING.toSeconds(); n++) {
            int seat = n;
            TimeUnit.NANOSECONDS.sleep(begun + n * TimeUnit.SECONDS.toNanos(1) / PER_SECOND - System.nanoTime());
            callers.execute(() -> {
                try {
                    CompletableFuture<Watch.Seen> free = watch.expect(seat, Watch.AVAILABLE);
                    String end = api.reserve(buyer, show, seat)
                            .expect(201)
                            .body()
                            .path("expiresAt")
                            .asString();
                    seen.put(seat, free);
                    ends.put(seat, Instant.parse(end));
                } catch (IOException killed) {
                    // Nobody knows whether it was booked, so nobody waits for its end.
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        return seen;
    }

    private Instant end(int seat) {
        return Objects.requireNonNull(ends.get(seat));
    }

    private void record(Histogram lateness, int seat, Instant due, Instant freed) {
        Inconsistent.unless(!freed.isBefore(end(seat)), "the hold of seat " + seat + " ended early");
        Load.record(lateness, Math.max(0, Duration.between(due, freed).toNanos()));
    }
}
