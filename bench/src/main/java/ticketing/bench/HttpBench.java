package ticketing.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import ticketing.messages.show.ShowId;
import tools.jackson.databind.JsonNode;

/** What a client sees over HTTP of a program in another process. */
final class HttpBench {

    /** To measure again what one is working on. */
    private static final String ONLY = System.getProperty("bench.http", "");

    private static final int CALLERS = 64;
    private static final int BUYERS = 8;
    private static final int LARGE_VENUE = 50_000;
    /** The reservations then use as many of them as they can. */
    private static final int LARGEST_VENUE = 100_000;
    /** As many of them as are reserved in the longest warm-up. */
    private static final int HALLS = 4;

    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final Duration WARM_UP_AGAIN = Duration.ofSeconds(12);
    private static final Duration MEASURED = Duration.ofSeconds(8);
    private static final int CONTESTED = 100;
    private static final int FRAMES = 200;
    /** Longer than the time between frames, so that a frame waits for no other one. */
    private static final Duration QUIET = Duration.ofMillis(110);

    private static final int HOLDS = 500;
    private static final int HOLD_SECONDS = 2;

    private final Api api;
    private final Report report;
    private final String organizer;
    private final List<String> buyers = new ArrayList<>();

    HttpBench(Api api, Report report, String adminPassword) throws IOException, InterruptedException {
        this.api = api;
        this.report = report;
        this.organizer = api.login(Program.ADMIN_EMAIL, adminPassword);
        for (int i = 0; i < BUYERS; i++) {
            buyers.add(api.newBuyer());
        }
    }

    private String buyer(int caller) {
        return buyers.get(caller % BUYERS);
    }

    /** @return shows that have to look the same after a restart, with their number of sold seats */
    Map<ShowId, Integer> run() throws IOException, InterruptedException {
        Map<ShowId, Integer> sold = new HashMap<>();
        part("publishing", () -> publish(LARGE_VENUE));
        part("publishing and reserving", () -> reserve(publish(LARGEST_VENUE)));
        part("reserving and confirming", this::reserveAndConfirm);
        part("four seats in a booking", this::reserveAndConfirmFour);
        part("refusals", this::refusals);
        part("the fight for the same seats", () -> sold.putAll(contest()));
        part("the live seat map", () -> frames(published(api.newVenue(organizer, 10), 600)));
        part("holds that end", () -> releases(published(api.newVenue(organizer, 10), HOLD_SECONDS)));
        return sold;
    }

    private interface Part {
        void run() throws IOException, InterruptedException;
    }

    /** One part that goes wrong does not keep the others from being measured. */
    private void part(String what, Part part) throws InterruptedException {
        if (!what.contains(ONLY)) {
            return;
        }
        try {
            part.run();
        } catch (Inconsistent | IllegalStateException | IOException e) {
            report.failed(what, e);
        }
    }

    private ShowId published(String venue, int holdSeconds) throws IOException, InterruptedException {
        ShowId show = api.newShow(organizer, venue, holdSeconds);
        api.publish(organizer, show);
        awaitAvailable(show, 1);
        return show;
    }

    private void awaitAvailable(ShowId show, int atLeast) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (api.availability(show).path("available").asInt() < atLeast) {
            Inconsistent.unless(
                    System.nanoTime() - begun < Duration.ofSeconds(60).toNanos(),
                    show + " has no seats after a minute");
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private ShowId publish(int seats) throws IOException, InterruptedException {
        report.begins("publishing " + seats + " seats");
        String venue = api.newVenue(organizer, seats / 100);
        ShowId show = api.newShow(organizer, venue, 600);
        long begun = System.nanoTime();
        api.publish(organizer, show);
        awaitAvailable(show, seats);
        report.once(
                "publish " + seats + " seats",
                Duration.ofNanos(System.nanoTime() - begun),
                "from POST publish until GET shows all of them available");
        return show;
    }

    private void reserve(ShowId show) throws IOException, InterruptedException {
        report.begins("reserving over HTTP");
        List<ShowId> halls = halls(show);
        AtomicInteger seat = new AtomicInteger();
        Load.Call reserve = caller -> {
            int next = seat.getAndIncrement();
            if (next >= HALLS * LARGEST_VENUE) {
                return false;
            }
            api.reserve(buyer(caller), halls.get(next / LARGEST_VENUE), next % LARGEST_VENUE)
                    .expect(201);
            return true;
        };
        Duration warm = Load.warmUp(CALLERS, reserve);
        report.load(
                "reserve one seat over HTTP",
                Load.run(CALLERS, SETTLE, MEASURED, reserve),
                "bookings/s",
                CALLERS + " callers, after " + warm.toSeconds() + " s of the same");
    }

    private List<ShowId> halls(ShowId first) throws IOException, InterruptedException {
        String venue = api.newVenue(organizer, LARGEST_VENUE / 100);
        List<ShowId> halls = new ArrayList<>(List.of(first));
        while (halls.size() < HALLS) {
            halls.add(published(venue, 600));
        }
        return halls;
    }

    private void reserveAndConfirm() throws IOException, InterruptedException {
        report.begins("reserving and confirming over HTTP");
        reserveAndConfirm("reserve and confirm over HTTP", 1);
    }

    private void reserveAndConfirmFour() throws IOException, InterruptedException {
        report.begins("reserving and confirming four seats each over HTTP");
        reserveAndConfirm("the same with four seats a booking", 4);
    }

    private void reserveAndConfirm(String what, int together) throws IOException, InterruptedException {
        List<ShowId> halls = halls(published(api.newVenue(organizer, LARGEST_VENUE / 100), 600));
        AtomicInteger seat = new AtomicInteger();
        AtomicIntegerArray confirmed = new AtomicIntegerArray(HALLS);
        Load.Call book = caller -> {
            int next = seat.getAndAdd(together);
            if (next >= HALLS * LARGEST_VENUE) {
                return false;
            }
            int hall = next / LARGEST_VENUE;
            int first = next % LARGEST_VENUE;
            String booking = api.reserve(
                            buyer(caller),
                            halls.get(hall),
                            IntStream.range(first, first + together).toArray())
                    .expect(201)
                    .body()
                    .path("bookingId")
                    .asString();
            api.confirm(buyer(caller), booking).expect(200);
            confirmed.addAndGet(hall, together);
            return true;
        };
        Duration warm = Load.warmUp(CALLERS, book);
        report.load(
                what,
                Load.run(CALLERS, SETTLE, MEASURED, book),
                "bookings/s",
                CALLERS + " callers, two calls each, after " + warm.toSeconds() + " s of the same");
        for (int hall = 0; hall < HALLS; hall++) {
            awaitSold(halls.get(hall), confirmed.get(hall));
        }
    }

    private void refusals() throws IOException, InterruptedException {
        report.begins("being refused over HTTP");
        ShowId show = published(api.newVenue(organizer, 1), 600);
        for (int seat = 0; seat < CONTESTED; seat++) {
            api.reserve(buyer(seat), show, seat).expect(201);
        }
        AtomicInteger tries = new AtomicInteger();
        Load.Outcome outcome = Load.run(CALLERS, WARM_UP_AGAIN, MEASURED, caller -> {
            Api.Answer answer = api.reserve(buyer(caller), show, tries.getAndIncrement() % CONTESTED)
                    .expect(409);
            Inconsistent.unless(
                    answer.body().path("code").asString().equals("seat-taken"), "another refusal: " + answer.body());
            return true;
        });
        report.load("refuse a taken seat over HTTP", outcome, "refusals/s", CALLERS + " callers, 100 seats");
    }

    /** The view follows the events; but it must come to exactly this. */
    private void awaitSold(ShowId show, int sold) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        int seen = -1;
        while (System.nanoTime() - begun < Duration.ofSeconds(20).toNanos()) {
            JsonNode availability = api.availability(show);
            seen = availability.path("sold").asInt();
            int sum = seen
                    + availability.path("held").asInt()
                    + availability.path("available").asInt();
            Inconsistent.unless(sum == availability.path("total").asInt(), "sums differ: " + availability);
            if (seen == sold) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new Inconsistent(sold + " tickets of " + show + " were confirmed, but " + seen + " are sold");
    }

    private Map<ShowId, Integer> contest() throws IOException, InterruptedException {
        report.begins("fighting for the same seats");
        ShowId show = published(api.newVenue(organizer, 1), 600);
        Map<Integer, String> winners = new ConcurrentHashMap<>();
        AtomicInteger lost = new AtomicInteger();
        long begun = System.nanoTime();
        Load.each(CALLERS, CALLERS * CONTESTED, n -> {
            // Everybody goes through all seats, all at about the same place.
            int seat = n / CALLERS;
            String buyer = buyer(n);
            Api.Answer answer = api.reserve(buyer, show, seat).expect(201, 409);
            if (answer.status() == 409) {
                Inconsistent.unless(
                        answer.body().path("code").asString().equals("seat-taken"),
                        "another refusal: " + answer.body());
                lost.incrementAndGet();
                return true;
            }
            String booking = answer.body().path("bookingId").asString();
            String other = winners.putIfAbsent(seat, booking);
            Inconsistent.unless(other == null, "seat " + seat + " was given to " + other + " and to " + booking);
            api.confirm(buyer, booking).expect(200);
            return true;
        });
        Inconsistent.unless(
                winners.size() == CONTESTED, "of " + CONTESTED + " seats " + winners.size() + " found a buyer");
        awaitSold(show, CONTESTED);
        report.fact(
                CALLERS + " buyers for each of " + CONTESTED + " seats",
                winners.size() + " won",
                lost.get() + " refused, no seat sold twice, in "
                        + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
        return Map.of(show, CONTESTED);
    }

    private void frames(ShowId show) throws IOException, InterruptedException {
        report.begins("from 201 to the frame");
        report.delays("from 201 to the WebSocket frame", frames(show, 0, QUIET), "one booking at a time, quiet show");
        report.delays(
                "the same on a busy show",
                frames(show, FRAMES, Duration.ZERO),
                "next booking right after the last frame: at most ten frames a second");
    }

    private Histogram frames(ShowId show, int firstSeat, Duration pause) throws IOException, InterruptedException {
        Histogram delays = Load.histogram();
        try (Watch watch = api.watch(show)) {
            for (int seat = firstSeat; seat < firstSeat + FRAMES; seat++) {
                CompletableFuture<Watch.Seen> held = watch.expect(seat, Watch.HELD);
                api.reserve(buyer(seat), show, seat).expect(201);
                long answered = System.nanoTime();
                Watch.Seen seen = watch.await(held, "seat " + seat + " being held");
                // Often the frame is first.
                Load.record(delays, Math.max(0, seen.nanoTime() - answered));
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            }
        }
        return delays;
    }

    private void releases(ShowId show) throws IOException, InterruptedException {
        report.begins("holds that end");
        Histogram lateness = Load.histogram();
        try (Watch watch = api.watch(show)) {
            Map<Integer, Instant> ends = new ConcurrentHashMap<>();
            Map<Integer, CompletableFuture<Watch.Seen>> freed = new ConcurrentHashMap<>();
            Load.each(BUYERS, HOLDS, seat -> {
                // The snapshot was before this, so the next time it is available is the release.
                freed.put(seat, watch.expect(seat, Watch.AVAILABLE));
                ends.put(
                        seat,
                        Instant.parse(api.reserve(buyer(seat), show, seat)
                                .expect(201)
                                .body()
                                .path("expiresAt")
                                .asString()));
                return true;
            });
            for (int seat = 0; seat < HOLDS; seat++) {
                CompletableFuture<Watch.Seen> expected = Objects.requireNonNull(freed.get(seat));
                Watch.Seen seen = watch.await(expected, "seat " + seat + " being free again");
                Duration late = Duration.between(Objects.requireNonNull(ends.get(seat)), seen.instant());
                Inconsistent.unless(
                        !late.isNegative(), "the hold of seat " + seat + " ended " + late.negated() + " early");
                Load.record(lateness, late.toNanos());
            }
        }
        report.delays("from a hold's end to the frame", lateness, "holds of " + HOLD_SECONDS + " s");
    }
}
