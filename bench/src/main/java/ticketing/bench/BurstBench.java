package ticketing.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.deadline.DeadlineManager;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.springframework.context.ApplicationContext;
import ticketing.command.booking.HoldEnds;
import ticketing.command.eventstore.GroupCommit;
import ticketing.command.eventstore.PostgresEventStore;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.booking.BookingCommand.ReserveBooking;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingEvent.BookingReserved;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketId;

/** What an on-sale does to the write side: nearly everybody is refused, and the first holds run out in the same second. */
final class BurstBench {

    private static final int CALLERS = 64;
    private static final int CONTESTED = 100;
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final Duration MEASURED = Duration.ofSeconds(5);

    private static final int HOLDS = 20_000;
    private static final int AT_ONCE = 200;
    private static final Duration UNTIL_THE_END = Duration.ofSeconds(25);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Money PRICE = Money.ofMinorUnits(1_000, "EUR");

    private final ApplicationContext program;
    private final GatewayBench gateway;
    private final Report report;

    BurstBench(ApplicationContext program, GatewayBench gateway, Report report) {
        this.program = program;
        this.gateway = gateway;
        this.report = report;
    }

    void run() throws InterruptedException {
        refusals();
        endTogether("the first");
        endTogether("once more");
    }

    private void refusals() throws InterruptedException {
        report.begins("refusing what is taken");
        CommandGateway commands = program.getBean(CommandGateway.class);
        ShowId show = gateway.newShow();
        UserId winner = new UserId("winner");
        for (int seat = 0; seat < CONTESTED; seat++) {
            commands.sendAndWait(
                    new ReserveBooking(BookingId.of(show, "won" + seat), winner, List.of(TicketId.of(show, seat))));
        }
        AtomicLong tries = new AtomicLong();
        Load.Outcome outcome = Load.run(CALLERS, WARM_UP, MEASURED, caller -> {
            long n = tries.incrementAndGet();
            try {
                commands.sendAndWait(new ReserveBooking(
                        BookingId.of(show, "lost" + n), new UserId("buyer" + caller), List.of(TicketId.of(show, (int)
                                (n % CONTESTED)))));
            } catch (Rejected refused) {
                Inconsistent.unless(
                        refused.rejection() instanceof Rejection.SeatTaken, "another refusal: " + refused.rejection());
                return true;
            }
            throw new Inconsistent("a seat that was taken was given to somebody else");
        });
        report.load("refuse a taken seat through the gateway", outcome, "refusals/s", CALLERS + " callers, 100 seats");
    }

    private void endTogether(String which) throws InterruptedException {
        report.begins("ending " + HOLDS + " holds in the same moment");
        ShowId show = gateway.newShow();
        // As if they had all been made in the same moment, which no client is fast enough for.
        Instant end = Instant.now().plus(UNTIL_THE_END);
        for (int first = 0; first < HOLDS; first += AT_ONCE) {
            holdUntil(show, first, end);
        }
        Inconsistent.unless(Instant.now().isBefore(end), "the holds were not stored before their end");
        Histogram lateness = Load.histogram();
        Set<BookingId> ended = new HashSet<>();
        PostgresEventStore store = program.getBean(PostgresEventStore.class);
        long giveUp = System.nanoTime() + PATIENCE.plus(UNTIL_THE_END).toNanos();
        try (TrackingEventStream stream = store.openStream(store.createHeadToken())) {
            while (ended.size() < HOLDS && System.nanoTime() < giveUp) {
                if (stream.hasNextAvailable(100, TimeUnit.MILLISECONDS)) {
                    TrackedEventMessage<?> event = stream.nextAvailable();
                    if (event.getPayload() instanceof BookingExpired expired
                            && expired.bookingId().showId().equals(show)) {
                        Duration late = Duration.between(end, Instant.now());
                        Inconsistent.unless(!late.isNegative(), "a hold ended early");
                        Inconsistent.unless(ended.add(expired.bookingId()), "a hold ended twice");
                        Load.record(lateness, late.toNanos());
                    }
                }
            }
        }
        Inconsistent.unless(ended.size() == HOLDS, "only " + ended.size() + " of " + HOLDS + " holds ended");
        report.delays(
                HOLDS + " holds that end together",
                lateness,
                which + ", from their end to a reader of the event store");
    }

    private void holdUntil(ShowId show, int first, Instant end) {
        UnitOfWork<?> work = DefaultUnitOfWork.startAndGet(new GenericMessage<>("holds"));
        work.attachTransaction(program.getBean(GroupCommit.class));
        for (int seat = first; seat < first + AT_ONCE; seat++) {
            BookingId booking = BookingId.of(show, "together" + seat);
            TicketId ticket = TicketId.of(show, seat);
            program.getBean(PostgresEventStore.class)
                    .publish(
                            new GenericDomainEventMessage<>(
                                    "Ticket", ticket.value(), 0, new TicketReserved(ticket, booking, PRICE, end)),
                            new GenericDomainEventMessage<>(
                                    "Booking",
                                    booking.value(),
                                    0,
                                    new BookingReserved(
                                            booking,
                                            new UserId("buyer" + seat % CALLERS),
                                            List.of(new BookedTicket(ticket, Api.SECTION, PRICE)),
                                            PRICE,
                                            end.minusSeconds(600),
                                            end)));
            program.getBean(DeadlineManager.class)
                    .schedule(end, HoldEnds.DEADLINE, new HoldEnds(booking), HoldEnds.SCOPE);
        }
        work.commit();
    }
}
