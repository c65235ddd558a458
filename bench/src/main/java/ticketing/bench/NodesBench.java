package ticketing.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import ticketing.api.embedded.DataDirectory;
import ticketing.api.embedded.PostgresServer;
import ticketing.messages.show.ShowId;

/**
 * What it costs not to be alone on a database, and what a second node adds: the same work by one node that knows that it is alone, by one that does not, and by two.
 * Each on a database of its own; all on the same machine, so two nodes share the cores that one has for itself.
 */
final class NodesBench {

    private static final int CALLERS = 64;
    private static final int SEATS = 200_000;
    /** So many that warming up leaves enough to measure. */
    private static final int SHOWS = 4;

    private static final int BUYERS = 8;
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final Duration MEASURED = Duration.ofSeconds(8);
    private static final int FRAMES = 100;
    /** Longer than the time between frames, so that a frame waits for no other one. */
    private static final Duration QUIET = Duration.ofMillis(110);

    private static final int PER_SECOND = 100;
    private static final Duration BEFORE_THE_KILL = Duration.ofSeconds(3);
    private static final Duration AROUND_THE_KILL = Duration.ofSeconds(12);

    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(30);

    private final Path directory;
    private final Report report;

    NodesBench(Path directory, Report report) {
        this.directory = directory;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        measure("one node, alone", 1, true);
        measure("one node that may have neighbours", 1, false);
        measure("two nodes", 2, false);
    }

    private void measure(String what, int count, boolean alone) throws IOException, InterruptedException {
        report.begins("reserving at " + what);
        Path own = directory.resolve(what.replaceAll("\\W+", "-"));
        String password = UUID.randomUUID().toString();
        List<Program> programs = new ArrayList<>();
        List<Api> apis = new ArrayList<>();
        try (DataDirectory data = DataDirectory.claim(own.resolve("database"));
                PostgresServer server = PostgresServer.start(data, directory.resolve("programs"))) {
            try {
                for (int i = 0; i < count; i++) {
                    programs.add(Program.start(own.resolve("node" + i), password, settings(server, i, alone)));
                    apis.add(new Api(programs.get(i).address()));
                }
                reserve(what, apis, password);
                if (count > 1) {
                    acrossNodes(apis, password);
                    killOne(server, programs, apis, password);
                }
            } finally {
                apis.forEach(Api::close);
                programs.forEach(Program::close);
            }
        }
    }

    private static Map<String, String> settings(PostgresServer server, int node, boolean alone) {
        return Map.of(
                "SPRING_DATASOURCE_URL",
                server.jdbcUrl(),
                "SPRING_DATASOURCE_USERNAME",
                server.user(),
                "SPRING_DATASOURCE_PASSWORD",
                server.password(),
                "TICKETING_NODE",
                name(node),
                "TICKETING_SOLE_WRITER",
                Boolean.toString(alone));
    }

    private static String name(int node) {
        return "node" + node;
    }

    private void reserve(String what, List<Api> apis, String password) throws IOException, InterruptedException {
        Api first = apis.getFirst();
        String organizer = first.login(Program.ADMIN_EMAIL, password);
        List<ShowId> shows = new ArrayList<>();
        for (int i = 0; i < SHOWS; i++) {
            shows.add(published(first, organizer, SEATS / 100));
        }
        List<String> buyers = new ArrayList<>();
        for (int i = 0; i < BUYERS; i++) {
            buyers.add(first.newBuyer());
        }
        AtomicInteger seat = new AtomicInteger();
        Load.Call reserve = caller -> {
            int next = seat.getAndIncrement();
            if (next >= SHOWS * SEATS) {
                return false;
            }
            apis.get(caller % apis.size())
                    .reserve(buyers.get(caller % BUYERS), shows.get(next / SEATS), next % SEATS)
                    .expect(201);
            return true;
        };
        // Two nodes have twice as much to compile; how long that takes is said, and not what is measured.
        Duration warm = Load.warmUp(CALLERS, reserve);
        report.load(
                "reserve one seat over HTTP: " + what,
                Load.run(CALLERS, SETTLE, MEASURED, reserve),
                "bookings/s",
                CALLERS + " callers in all, after " + warm.toSeconds() + " s of the same");
    }

    /** From an answer of one node to the frame of the other. */
    private void acrossNodes(List<Api> apis, String password) throws IOException, InterruptedException {
        report.begins("from one node's 201 to the other's frame");
        Api here = apis.getFirst();
        Api there = apis.getLast();
        ShowId show = published(here, here.login(Program.ADMIN_EMAIL, password), 10);
        String buyer = here.newBuyer();
        for (boolean forth : List.of(true, false)) {
            Api by = forth ? here : there;
            Api at = forth ? there : here;
            Histogram delays = Load.histogram();
            try (Watch watch = at.watch(show)) {
                for (int n = 0; n < FRAMES; n++) {
                    int seat = n + (forth ? 0 : FRAMES);
                    CompletableFuture<Watch.Seen> held = watch.expect(seat, Watch.HELD);
                    long asked = System.nanoTime();
                    by.reserve(buyer, show, seat).expect(201);
                    Watch.Seen seen = watch.await(held, "seat " + seat + " being held");
                    Load.record(delays, seen.nanoTime() - asked);
                    TimeUnit.NANOSECONDS.sleep(QUIET.toNanos());
                }
            }
            report.delays(
                    "from a request at " + (forth ? "one node to the other's" : "the other node to the one's")
                            + " frame",
                    delays,
                    "one booking at a time, quiet show; the booking itself is in it");
        }
    }

    /** The node that the read models of the other depend on; its callers go to the other, which has callers of its own. */
    private void killOne(PostgresServer server, List<Program> programs, List<Api> apis, String password)
            throws IOException, InterruptedException {
        report.begins("killing one of two nodes");
        int victim = follower(server);
        Api survivor = apis.get(1 - victim);
        ShowId show = published(survivor, survivor.login(Program.ADMIN_EMAIL, password), SEATS / 100);
        String buyer = survivor.newBuyer();
        AtomicInteger seat = new AtomicInteger();
        AtomicInteger unknown = new AtomicInteger();
        Thread killer = Thread.ofVirtual().start(() -> {
            try {
                TimeUnit.NANOSECONDS.sleep(BEFORE_THE_KILL.toNanos());
                programs.get(victim).kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        // On schedule: whoever would have asked while nobody answers has waited, too.
        Load.Outcome outcome = Load.onSchedule(CALLERS, PER_SECOND, Duration.ZERO, AROUND_THE_KILL, _ -> {
            int status = survivor.reserve(buyer, show, seat.getAndIncrement())
                    .expect(201, 503, 504)
                    .status();
            if (status != 201) {
                unknown.incrementAndGet();
            }
            return true;
        });
        killer.join();
        report.delays(
                "bookings at the other node while one is killed",
                outcome.latencies(),
                PER_SECOND + " a second, " + BEFORE_THE_KILL.toSeconds() + " s before and "
                        + AROUND_THE_KILL.minus(BEFORE_THE_KILL).toSeconds() + " s after; " + unknown.get()
                        + " answers of unknown outcome");
    }

    private static int follower(PostgresServer server) {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT owner FROM store.token WHERE processor_name = 'seat-view'")) {
            Inconsistent.unless(row.next(), "there is no read model");
            return name(0).equals(row.getString(1)) ? 0 : 1;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ShowId published(Api api, String organizer, int rows) throws IOException, InterruptedException {
        ShowId show = api.newShow(organizer, api.newVenue(organizer, rows), 600);
        api.publish(organizer, show);
        long begun = System.nanoTime();
        while (api.availability(show).path("available").asInt() < rows * 100) {
            Inconsistent.unless(System.nanoTime() - begun < KNOWN_WITHIN.toNanos(), show + " has no seats");
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return show;
    }
}
