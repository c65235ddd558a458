package ticketing.command.booking;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.deadline.DeadlineManager;
import org.axonframework.modelling.command.Aggregate;
import org.axonframework.modelling.command.Repository;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import ticketing.command.show.SaleTerms;
import ticketing.command.show.SaleTermsReader;
import ticketing.command.ticket.TakenSeats;
import ticketing.command.ticket.Ticket;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.NotOnSale;
import ticketing.messages.Rejection.SeatTaken;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.booking.BookingCommand.AwaitPaymentAction;
import ticketing.messages.booking.BookingCommand.CancelBooking;
import ticketing.messages.booking.BookingCommand.CheckBuyer;
import ticketing.messages.booking.BookingCommand.CompleteRefund;
import ticketing.messages.booking.BookingCommand.ConfirmBooking;
import ticketing.messages.booking.BookingCommand.DeclinePayment;
import ticketing.messages.booking.BookingCommand.ExpireBooking;
import ticketing.messages.booking.BookingCommand.RecordCapture;
import ticketing.messages.booking.BookingCommand.ReleaseBooking;
import ticketing.messages.booking.BookingCommand.ReserveBooking;
import ticketing.messages.booking.BookingCommand.StartPayment;
import ticketing.messages.booking.BookingCommand.StartRefund;
import ticketing.messages.booking.BookingCommand.TotalOf;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.booking.BookingEvent.BookingConfirmed;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingEvent.BookingRefunded;
import ticketing.messages.booking.BookingEvent.BookingReleased;
import ticketing.messages.booking.BookingEvent.BookingReserved;
import ticketing.messages.booking.BookingEvent.PaymentActionRequired;
import ticketing.messages.booking.BookingEvent.PaymentCaptured;
import ticketing.messages.booking.BookingEvent.PaymentDeclined;
import ticketing.messages.booking.BookingEvent.ReleaseCause;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.BookingStatus;
import ticketing.messages.booking.PaymentOrder;
import ticketing.messages.booking.Reserved;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.ticket.TicketCommand;
import ticketing.messages.ticket.TicketCommand.ConfirmTicket;
import ticketing.messages.ticket.TicketCommand.ExpireTicket;
import ticketing.messages.ticket.TicketCommand.RefundTicket;
import ticketing.messages.ticket.TicketCommand.ReleaseTicket;
import ticketing.messages.ticket.TicketCommand.ReserveTicket;
import ticketing.messages.ticket.TicketCommand.RetimeTicket;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketId;

/**
 * Makes several tickets one all-or-nothing booking: one unit of work over the booking and its tickets, one commit. First everybody is asked, then
 * everything is changed, so that a refusal has changed nothing and needs no rollback. Locks are taken booking first, then tickets by seat, so that two
 * bookings can never wait for each other.
 */
@Component
final class BookingCommandHandler {

    /** How long after it began a refund is looked at again if nothing was heard of it. */
    private static final Duration REFUND_CHECK = Duration.ofSeconds(30);

    /** How long after it began a payment is looked at once more if the hold's own alarm goes off sooner: the provider has answered by then. */
    private static final Duration PAYMENT_CHECK = Duration.ofSeconds(30);

    private final Repository<Booking> bookings;
    private final Repository<Ticket> tickets;
    private final SaleTermsReader terms;
    private final TakenSeats takenSeats;
    private final DeadlineManager deadlines;
    private final Clock clock;

    BookingCommandHandler(
            Repository<Booking> bookings,
            Repository<Ticket> tickets,
            SaleTermsReader terms,
            TakenSeats takenSeats,
            DeadlineManager deadlines,
            Clock clock) {
        this.bookings = bookings;
        this.tickets = tickets;
        this.terms = terms;
        this.takenSeats = takenSeats;
        this.deadlines = deadlines;
        this.clock = clock;
    }

    @CommandHandler
    Reserved handle(ReserveBooking command) throws Exception {
        SaleTerms sale = terms.of(command.bookingId().showId());
        sale.checkVisibleTo(command.buyerId());
        Instant now = clock.instant();
        boolean mayBeRepeated = takenSeats.mayBeRepeated(command.bookingId());
        List<BookedTicket> wanted = List.of();
        if (!mayBeRepeated) {
            wanted = quote(sale, command, now);
            refuseIfAny(takenSeats.among(wanted, now));
        }
        Aggregate<Booking> booking = bookings.loadOrCreate(command.bookingId().value(), Booking::new);
        Optional<Reserved> before = booking.invoke(b -> b.state().repeated(command));
        if (before.isPresent()) {
            return before.get();
        }
        if (mayBeRepeated) {
            wanted = quote(sale, command, now);
        }
        List<Aggregate<Ticket>> seats = lockTickets(wanted);
        List<TicketId> taken = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            TicketId ticketId = wanted.get(i).ticketId();
            boolean free = seats.get(i).invoke(ticket -> {
                takenSeats.note(ticketId, ticket);
                return ticket.freeFor(command.bookingId(), now);
            });
            if (!free) {
                taken.add(ticketId);
            }
        }
        refuseIfAny(taken);
        Instant expiresAt = now.plusSeconds(sale.details().holdSeconds());
        Money total =
                wanted.stream().map(BookedTicket::price).reduce(Money::plus).orElseThrow();
        change(
                wanted,
                seats,
                ticket -> new ReserveTicket(ticket.ticketId(), command.bookingId(), ticket.price(), expiresAt),
                now);
        record(booking, new BookingReserved(command.bookingId(), command.buyerId(), wanted, total, now, expiresAt));
        alarm(command.bookingId(), expiresAt);
        return new Reserved(command.bookingId(), wanted, total, expiresAt);
    }

    private static List<BookedTicket> quote(SaleTerms sale, ReserveBooking command, Instant now) {
        sale.checkQuantity(Math.max(command.best(), command.ticketIds().size()));
        sale.checkOnSale(now);
        if (command.ticketIds().isEmpty()) {
            throw new Rejected(new SeatTaken(List.of()));
        }
        return sale.quote(command.ticketIds());
    }

    @CommandHandler
    PaymentOrder handle(StartPayment command) {
        Aggregate<Booking> booking = bookings.load(command.bookingId().value());
        Instant now = clock.instant();
        BookingState state = booking.invoke(Booking::state);
        BookingState.Start start = state.startPayment(command, now);
        if (start.event() != null) {
            checkNotCancelled(command.bookingId());
            Instant holdUntil = start.event().holdUntil();
            if (state instanceof BookingState.Held held && holdUntil.isAfter(held.holdUntil())) {
                forTickets(booking, now, ticket -> new RetimeTicket(ticket, command.bookingId(), holdUntil));
            }
            record(booking, start.event());
        }
        Instant check = now.plus(PAYMENT_CHECK);
        if (booking.invoke(b -> b.state().endsBeforeAnswer(check))) {
            alarm(command.bookingId(), check);
        }
        return start.order();
    }

    @CommandHandler
    void handle(AwaitPaymentAction command) {
        Aggregate<Booking> booking = bookings.load(command.bookingId().value());
        if (booking.invoke(b -> b.state().notesAction(command.paymentId()))) {
            record(booking, new PaymentActionRequired(command.bookingId(), command.paymentId()));
        }
    }

    @CommandHandler
    void handle(ConfirmBooking command) {
        Aggregate<Booking> booking = bookings.load(command.bookingId().value());
        Instant now = clock.instant();
        boolean sell = booking.invoke(b -> b.state().confirm(command, now));
        if (sell) {
            checkNotCancelled(command.bookingId());
            forTickets(booking, now, ticket -> new ConfirmTicket(ticket, command.bookingId()));
            record(booking, new BookingConfirmed(command.bookingId(), command.paymentId(), now));
        }
    }

    @CommandHandler
    @Nullable
    BookingStatus handle(DeclinePayment command) {
        Aggregate<Booking> booking = bookings.load(command.bookingId().value());
        Instant now = clock.instant();
        if (booking.invoke(Booking::state) instanceof BookingState.Held held) {
            if (held.awaits(command.paymentId())) {
                decline(booking, held, command, now);
            } else if (held.lapsed(now)) {
                end(booking, new BookingExpired(command.bookingId(), now), now);
            }
        }
        return booking.invoke(b -> b.state().standing()).orElse(null);
    }

    /** The hold has its first end again; if that has passed, only the payment had carried it this far. */
    private void decline(Aggregate<Booking> booking, BookingState.Held held, DeclinePayment command, Instant now) {
        Instant firstEnd = held.facts().expiresAt();
        if (held.lapsed(now)) {
            forTickets(booking, now, ticket -> new ExpireTicket(ticket, command.bookingId()));
        } else if (held.holdUntil().isAfter(firstEnd)) {
            forTickets(booking, now, ticket -> new RetimeTicket(ticket, command.bookingId(), firstEnd));
        }
        record(booking, new PaymentDeclined(command.bookingId(), command.paymentId(), command.reason(), firstEnd));
        if (!now.isBefore(firstEnd)) {
            record(booking, new BookingExpired(command.bookingId(), now));
        }
    }

    @CommandHandler
    void handle(RecordCapture command) {
        Aggregate<Booking> booking = bookings.load(command.bookingId().value());
        if (booking.invoke(Booking::state) instanceof BookingState.Confirmed confirmed
                && confirmed.notesCapture(command.paymentId())) {
            record(
                    booking,
                    new PaymentCaptured(
                            command.bookingId(),
                            command.paymentId(),
                            confirmed.facts().total()));
        }
    }

    @CommandHandler
    void handle(ReleaseBooking command) {
        Aggregate<Booking> booking = bookings.load(command.bookingId().value());
        Instant now = clock.instant();
        Optional<BookingEvent> end =
                booking.invoke(b -> b.state().release(command.bookingId(), command.buyerId(), now));
        end.ifPresent(event -> end(booking, event, now));
    }

    @CommandHandler
    @Nullable
    BookingStatus handle(CancelBooking command) {
        Aggregate<Booking> booking = bookings.load(command.bookingId().value());
        Instant now = clock.instant();
        if (booking.invoke(Booking::state) instanceof BookingState.Held) {
            end(booking, new BookingReleased(command.bookingId(), ReleaseCause.SHOW_CANCELLED, now), now);
        }
        return booking.invoke(b -> b.state().standing()).orElse(null);
    }

    @CommandHandler
    Remainder handle(ExpireBooking command) {
        Aggregate<Booking> booking = bookings.load(command.bookingId().value());
        Instant now = clock.instant();
        if (booking.invoke(Booking::state) instanceof BookingState.Held held && held.lapsed(now)) {
            end(booking, new BookingExpired(command.bookingId(), now), now);
        }
        return booking.invoke(b -> b.state().remainder());
    }

    @CommandHandler
    void handle(CheckBuyer command) {
        bookings.load(command.bookingId().value()).execute(b -> b.state().checkBuyer(command));
    }

    @CommandHandler
    Money handle(TotalOf command) {
        return bookings.load(command.bookingId().value())
                .invoke(b -> b.tickets().stream()
                        .map(BookedTicket::price)
                        .reduce(Money::plus)
                        .orElseThrow());
    }

    @CommandHandler
    PaymentOrder handle(StartRefund command) {
        Aggregate<Booking> booking = bookings.load(command.bookingId().value());
        BookingState.Refund refund = booking.invoke(b -> b.state().startRefund(command.bookingId()));
        if (refund.event() != null) {
            record(booking, refund.event());
            alarm(command.bookingId(), clock.instant().plus(REFUND_CHECK));
        }
        return refund.order();
    }

    @CommandHandler
    void handle(CompleteRefund command) {
        Aggregate<Booking> booking = bookings.load(command.bookingId().value());
        Instant now = clock.instant();
        if (booking.invoke(Booking::state) instanceof BookingState.Confirmed confirmed && confirmed.refunding()) {
            forTickets(booking, now, ticket -> new RefundTicket(ticket, command.bookingId()));
            record(
                    booking,
                    new BookingRefunded(
                            command.bookingId(),
                            command.paymentId(),
                            confirmed.facts().total(),
                            now));
        }
    }

    /** Ends a hold: every ticket that this booking still has is free again, whichever way the hold ended. */
    private void end(Aggregate<Booking> booking, BookingEvent event, Instant now) {
        boolean expired = event instanceof BookingExpired;
        forTickets(
                booking,
                now,
                ticket -> expired
                        ? new ExpireTicket(ticket, event.bookingId())
                        : new ReleaseTicket(ticket, event.bookingId()));
        record(booking, event);
    }

    private void checkNotCancelled(BookingId bookingId) {
        SaleTerms sale = terms.of(bookingId.showId());
        if (sale.status() == ShowStatus.CANCELLED) {
            throw new Rejected(new NotOnSale(sale.showId(), "The event is cancelled.", null));
        }
    }

    private void alarm(BookingId bookingId, Instant at) {
        deadlines.schedule(at, HoldEnds.DEADLINE, new HoldEnds(bookingId), HoldEnds.SCOPE);
    }

    private void forTickets(Aggregate<Booking> booking, Instant now, Function<TicketId, TicketCommand> command) {
        List<BookedTicket> booked = booking.invoke(Booking::tickets);
        change(booked, lockTickets(booked), ticket -> command.apply(ticket.ticketId()), now);
    }

    /** Asks every ticket before it changes any: a refusal is committed like a success and must not have changed half of them. */
    private static void change(
            List<BookedTicket> booked,
            List<Aggregate<Ticket>> seats,
            Function<BookedTicket, TicketCommand> command,
            Instant now) {
        List<List<TicketEvent>> decided = new ArrayList<>(booked.size());
        for (int i = 0; i < booked.size(); i++) {
            TicketCommand order = command.apply(booked.get(i));
            decided.add(seats.get(i).invoke(ticket -> ticket.decide(order, now)));
        }
        for (int i = 0; i < booked.size(); i++) {
            List<TicketEvent> events = decided.get(i);
            seats.get(i).execute(ticket -> ticket.happened(events));
        }
    }

    private static void refuseIfAny(List<TicketId> taken) {
        if (!taken.isEmpty()) {
            throw new Rejected(new SeatTaken(taken));
        }
    }

    private static void record(Aggregate<Booking> booking, BookingEvent event) {
        booking.execute(b -> b.happened(event));
    }

    /** Locks in seat order, answers in the order given. */
    private List<Aggregate<Ticket>> lockTickets(List<BookedTicket> booked) {
        if (booked.size() == 1) {
            return List.of(lock(booked.getFirst().ticketId()));
        }
        Map<TicketId, Aggregate<Ticket>> locked = HashMap.newHashMap(booked.size());
        booked.stream()
                .map(BookedTicket::ticketId)
                .sorted(Comparator.comparingInt(TicketId::seat))
                .forEach(ticketId -> locked.put(ticketId, lock(ticketId)));
        return booked.stream()
                .map(ticket -> Objects.requireNonNull(locked.get(ticket.ticketId())))
                .toList();
    }

    private Aggregate<Ticket> lock(TicketId ticketId) {
        try {
            return tickets.loadOrCreate(ticketId.value(), Ticket::new);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("A ticket could not be created", e);
        }
    }
}
