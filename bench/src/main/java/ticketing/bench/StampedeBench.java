package ticketing.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.axonframework.eventhandling.DomainEventMessage;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import ticketing.api.security.AccessTokens;
import ticketing.api.security.Role;
import ticketing.command.eventstore.PostgresEventStore;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingEvent.BookingReleased;
import ticketing.messages.booking.BookingEvent.BookingReserved;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;
import ticketing.messages.ticket.TicketId;
import tools.jackson.databind.JsonNode;

/**
 * Noon: {@value #BUYERS} buyers come within half a minute for {@value #SEATS} seats, over HTTP. They come when they come and not when the program has time for
 * them: what the first answer took is counted from the moment in which the buyer wanted it. They think, give up, pay, are declined, change their minds or walk away.
 * Afterwards everything that was acknowledged is looked up in the event store.
 */
final class StampedeBench {

    private static final int BUYERS = 20_000;
    private static final int SEATS = 1_000;
    /** Most want the same ones. */
    private static final int WANTED = 200;

    private static final int TRIES = 3;
    private static final Duration ARRIVALS = Duration.ofSeconds(30);
    private static final int HOLD_SECONDS = 6;
    private static final Duration LONGEST_THOUGHT = Duration.ofSeconds(2);

    /** As many connections as a balancer in front would keep open; whoever finds none free waits, and the waiting counts. */
    private static final int CONNECTIONS = 1_000;

    private static final int WARM_UP_CALLERS = 64;
    private static final Duration WARM_UP = Duration.ofSeconds(30);

    private final Api api;
    private final AccessTokens tokens;
    private final PostgresEventStore store;
    private final Report report;
    private final String organizer;

    private final Semaphore connections = new Semaphore(CONNECTIONS, true);
    private final Histogram wins = Load.histogram();
    private final Histogram refusals = Load.histogram();
    private final Map<BookingId, TicketId> held = new ConcurrentHashMap<>();
    private final Map<TicketId, BookingId> sold = new ConcurrentHashMap<>();
    private final Set<BookingId> released = ConcurrentHashMap.newKeySet();
    private final AtomicInteger lapsed = new AtomicInteger();
    private final AtomicInteger emptyHanded = new AtomicInteger();

    StampedeBench(ApplicationContext program, Report report) {
        this.api = new Api(URI.create("http://localhost:"
                + Objects.requireNonNull(program.getEnvironment().getProperty("local.server.port"))));
        this.tokens = program.getBean(AccessTokens.class);
        this.store = program.getBean(PostgresEventStore.class);
        this.report = report;
        this.organizer = token("organizer", Role.ORGANIZER);
    }

    private String token(String user, Role role) {
        return tokens.issue(new UserId(user), EnumSet.of(role), 0);
    }

    void run() throws IOException, InterruptedException {
        report.begins("getting " + BUYERS + " buyers and the program ready");
        List<String> buyers = new ArrayList<>(BUYERS);
        for (int i = 0; i < BUYERS; i++) {
            buyers.add(token("stampede" + i, Role.CUSTOMER));
        }
        warmUp(buyers);
        ShowId show = published(SEATS / 100, HOLD_SECONDS);
        report.begins(BUYERS + " buyers come for " + SEATS + " seats");
        long begun = System.nanoTime();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>(BUYERS);
        for (int i = 0; i < BUYERS; i++) {
            SplittableRandom random = new SplittableRandom(i);
            String buyer = buyers.get(i);
            long wanted = begun + (long) (random.nextDouble() * ARRIVALS.toNanos());
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    TimeUnit.NANOSECONDS.sleep(wanted - System.nanoTime());
                    buy(show, buyer, random, wanted);
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (failure.get() != null) {
            throw new IllegalStateException("a buyer failed: " + failure.get(), failure.get());
        }
        check(show);
        report.delays("stampede: a hold", wins, "from the moment it was wanted; over HTTP");
        report.delays("stampede: a refusal", refusals, "the same");
        report.fact(
                BUYERS + " buyers for " + SEATS + " seats",
                sold.size() + " sold",
                held.size() + " holds, " + released.size() + " given back, " + lapsed.get() + " lapsed, "
                        + emptyHanded.get() + " buyers left with nothing, in " + took.toSeconds()
                        + " s; every acknowledged answer is in the store, no seat sold twice");
    }

    private ShowId published(int rows, int holdSeconds) throws IOException, InterruptedException {
        ShowId show = api.newShow(organizer, api.newVenue(organizer, rows), holdSeconds);
        api.publish(organizer, show);
        return show;
    }

    private void warmUp(List<String> buyers) throws IOException, InterruptedException {
        ShowId show = published(300, 600);
        AtomicInteger seat = new AtomicInteger();
        Load.run(WARM_UP_CALLERS, Duration.ZERO, WARM_UP, caller -> {
            int next = seat.getAndIncrement();
            // Every other one is refused.
            Api.Answer answer = api.reserve(buyers.get(next % BUYERS), show, next / 2 % 30_000)
                    .expect(201, 409);
            if (answer.status() == 201 && next % 8 == 0) {
                api.confirm(buyers.get(next % BUYERS), bookingOf(answer)).expect(200);
            }
            return true;
        });
    }

    private static String bookingOf(Api.Answer answer) {
        return answer.body().path("bookingId").asString();
    }

    private void buy(ShowId show, String buyer, SplittableRandom random, long wanted)
            throws IOException, InterruptedException {
        long since = wanted;
        for (int i = 0; i < TRIES; i++) {
            int seat = random.nextInt(random.nextInt(5) > 0 ? WANTED : SEATS);
            Api.Answer answer = connected(() -> api.reserve(buyer, show, seat)).expect(201, 409);
            long now = System.nanoTime();
            if (answer.status() == 201) {
                Load.record(wins, now - since);
                BookingId booking = new BookingId(bookingOf(answer));
                held.put(booking, TicketId.of(show, seat));
                decide(buyer, booking, TicketId.of(show, seat), random);
                return;
            }
            Inconsistent.unless(
                    answer.body().path("code").asString().equals("seat-taken"), "another refusal: " + answer.body());
            Load.record(refusals, now - since);
            think(random);
            since = System.nanoTime();
        }
        emptyHanded.incrementAndGet();
    }

    private interface Call {
        Api.Answer send() throws IOException, InterruptedException;
    }

    private Api.Answer connected(Call call) throws IOException, InterruptedException {
        connections.acquire();
        try {
            return call.send();
        } finally {
            connections.release();
        }
    }

    private static void think(SplittableRandom random) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (random.nextDouble() * LONGEST_THOUGHT.toNanos()));
    }

    private void decide(String buyer, BookingId booking, TicketId ticket, SplittableRandom random)
            throws IOException, InterruptedException {
        think(random);
        int mood = random.nextInt(100);
        if (mood < 25) {
            // Walks away.
            lapsed.incrementAndGet();
        } else if (mood < 35) {
            Api.Answer answer = connected(() -> api.send("DELETE", "/v1/bookings/" + booking, buyer, null))
                    .expect(204, 409, 410);
            if (answer.status() == 204) {
                released.add(booking);
            } else {
                lapsed.incrementAndGet();
            }
        } else {
            if (mood < 40) {
                connected(() -> api.send(
                                "PUT",
                                "/v1/bookings/" + booking + "/confirm",
                                buyer,
                                Map.of("paymentMethod", "pm_card_chargeDeclined")))
                        .expect(402, 410);
            }
            Api.Answer answer =
                    connected(() -> api.confirm(buyer, booking.value())).expect(200, 410);
            if (answer.status() == 200) {
                BookingId other = sold.putIfAbsent(ticket, booking);
                Inconsistent.unless(other == null, ticket + " was sold to " + other + " and to " + booking);
            } else {
                lapsed.incrementAndGet();
            }
        }
    }

    private void check(ShowId show) throws IOException, InterruptedException {
        report.begins("looking everything up in the event store");
        awaitNothingHeld(show);
        Set<BookingId> reserved = new HashSet<>();
        for (int seat = 0; seat < SEATS; seat++) {
            TicketId ticket = TicketId.of(show, seat);
            Optional<BookingId> owner = owner(ticket, reserved);
            Inconsistent.unless(
                    owner.equals(Optional.ofNullable(sold.get(ticket))),
                    ticket + " belongs to " + owner + " and was acknowledged to " + sold.get(ticket));
        }
        Inconsistent.unless(reserved.containsAll(held.keySet()), "a hold that was acknowledged is lost");
        for (BookingId booking : held.keySet()) {
            Inconsistent.unless(
                    events(booking.value()).stream().anyMatch(event -> event.getPayload() instanceof BookingReserved),
                    booking + " was acknowledged and is lost");
        }
        for (BookingId booking : released) {
            Inconsistent.unless(
                    events(booking.value()).stream().anyMatch(event -> event.getPayload() instanceof BookingReleased),
                    booking + " was given back and is not");
        }
        JsonNode availability = api.availability(show);
        Inconsistent.unless(
                availability.path("sold").asInt() == sold.size(),
                sold.size() + " were sold, and the seat map says " + availability);
    }

    private void awaitNothingHeld(ShowId show) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + Duration.ofSeconds(HOLD_SECONDS + 30).toNanos();
        while (api.availability(show).path("held").asInt() > 0) {
            Inconsistent.unless(System.nanoTime() < giveUp, "holds of " + show + " do not end");
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private List<? extends DomainEventMessage<?>> events(String aggregate) {
        return store.readEvents(aggregate).asStream().toList();
    }

    /** Goes through what happened to a seat, as strict as the rules are: nobody gets what somebody else has. */
    private Optional<BookingId> owner(TicketId ticket, Set<BookingId> reserved) {
        BookingId holder = null;
        Instant until = Instant.MIN;
        BookingId owner = null;
        for (DomainEventMessage<?> message : events(ticket.value())) {
            TicketEvent event = (TicketEvent) message.getPayload();
            Inconsistent.unless(owner == null, ticket + " was sold, and then came " + event);
            switch (event) {
                case TicketReserved taken -> {
                    Inconsistent.unless(
                            holder == null || !message.getTimestamp().isBefore(until),
                            ticket + " was held by " + holder + " until " + until + " and was given to "
                                    + taken.bookingId());
                    holder = taken.bookingId();
                    until = taken.expiresAt();
                    reserved.add(taken.bookingId());
                }
                case TicketRetimed retimed -> until = retimed.expiresAt();
                case TicketConfirmed confirmed -> {
                    Inconsistent.unless(confirmed.bookingId().equals(holder), ticket + " was sold to a stranger");
                    owner = confirmed.bookingId();
                }
                case TicketReleased _, TicketExpired _, TicketRefunded _ -> holder = null;
            }
        }
        return Optional.ofNullable(owner);
    }
}
