package ticketing.analysis.whatif;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ticketing.command.booking.BookingState;
import ticketing.command.show.SaleTerms;
import ticketing.command.ticket.TicketState;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.NotOnSale;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.booking.BookingCommand.ConfirmBooking;
import ticketing.messages.booking.BookingCommand.StartPayment;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.booking.BookingEvent.BookingConfirmed;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingEvent.BookingRefunded;
import ticketing.messages.booking.BookingEvent.BookingReleased;
import ticketing.messages.booking.BookingEvent.BookingReserved;
import ticketing.messages.booking.BookingEvent.PaymentActionRequired;
import ticketing.messages.booking.BookingEvent.PaymentCaptured;
import ticketing.messages.booking.BookingEvent.PaymentDeclined;
import ticketing.messages.booking.BookingEvent.PaymentStarted;
import ticketing.messages.booking.BookingEvent.RefundStarted;
import ticketing.messages.booking.BookingEvent.ReleaseCause;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowId;
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
 * Runs a script under rules. Whether something may happen, and what follows from it, the states of tickets, bookings and shows decide as they do in the program;
 * this puts the questions in the same order as the program does, and moves the clock.
 */
final class Rerun {

    /** A buyer left for the price. */
    static final String TOO_DEAR = "TooDear";

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Somebody's turn. */
    private record Turn(Step step, @Nullable BookingId alarm) implements Comparable<Turn> {
        @Override
        public int compareTo(Turn other) {
            return step.compareTo(other.step);
        }
    }

    private final ShowId showId;
    private final Script script;
    private final Rules rules;
    private final PriorityQueue<Turn> turns = new PriorityQueue<>();
    private final List<Event> happened = new ArrayList<>();
    private final List<ShowEvent> told = new ArrayList<>();
    private final Map<TicketId, TicketState> seats = new HashMap<>();
    private final Map<BookingId, BookingState> bookings = new HashMap<>();
    private final Map<BookingId, List<BookedTicket>> tickets = new HashMap<>();
    private final Map<PaymentId, PaymentId> payments = new HashMap<>();
    private final Map<String, Integer> refusals = new TreeMap<>();
    private final Set<BookingId> refused = new HashSet<>();
    private @Nullable SaleTerms terms;

    Rerun(ShowId showId, Script script, Rules rules) {
        this.showId = showId;
        this.script = script;
        this.rules = rules;
    }

    /** Everything that happens, in order. */
    List<Event> run() {
        script.show().forEach(step -> turns.add(new Turn(step, null)));
        arrivals().forEach(step -> turns.add(new Turn(step, null)));
        Turn turn = turns.poll();
        while (turn != null) {
            take(turn);
            turn = turns.poll();
        }
        return happened;
    }

    /** Why buyers got nothing, or not all, each buyer once: by the name of the refusal. */
    Map<String, Integer> refusals() {
        return refusals;
    }

    /** First come, first served, no faster than they are let in. */
    private List<Step> arrivals() {
        List<Step> arrivals = new ArrayList<>();
        Integer perMinute = rules.admitPerMinute();
        Instant next = Instant.MIN;
        for (List<Step> buyer : script.buyers().values()) {
            Step arrival = buyer.getFirst();
            if (perMinute != null) {
                Instant admitted = arrival.due().isBefore(next) ? next : arrival.due();
                next = admitted.plus(MINUTE.dividedBy(perMinute));
                arrival = arrival.at(admitted);
            }
            arrivals.add(arrival);
        }
        return arrivals;
    }

    private void take(Turn turn) {
        if (turn.alarm != null) {
            alarm(turn.alarm, turn.step.now());
            return;
        }
        switch (turn.step.cause()) {
            case ShowEvent event -> {
                told.add(event);
                happened.add(event);
                terms = null;
            }
            case BookingEvent event -> {
                try {
                    act(event, turn.step);
                } catch (Rejected rejected) {
                    refuse(event.bookingId(), rejected.rejection().getClass().getSimpleName());
                }
            }
            default -> throw new IllegalStateException("nobody does this: " + turn.step.cause());
        }
    }

    private void refuse(BookingId booking, String why) {
        if (refused.add(booking)) {
            refusals.merge(why, 1, Integer::sum);
        }
    }

    private void act(BookingEvent event, Step step) {
        Instant now = step.now();
        BookingId id = event.bookingId();
        if (!(event instanceof BookingReserved) && !bookings.containsKey(id)) {
            // Whoever got no seats does nothing more.
            return;
        }
        switch (event) {
            case BookingReserved wish -> reserve(wish, step);
            case PaymentStarted wish -> pay(wish, now);
            case PaymentActionRequired note -> {
                PaymentId payment = payment(note.paymentId());
                if (state(id).notesAction(payment)) {
                    record(new PaymentActionRequired(id, payment));
                }
            }
            case PaymentDeclined note -> decline(note, now);
            case BookingConfirmed wish -> {
                PaymentId payment = payment(wish.paymentId());
                if (state(id).confirm(new ConfirmBooking(id, payment), now)) {
                    checkNotCancelled();
                    change(id, now, ticket -> new ConfirmTicket(ticket, id));
                    record(new BookingConfirmed(id, payment, now));
                }
            }
            case PaymentCaptured note -> {
                PaymentId payment = payment(note.paymentId());
                if (state(id) instanceof BookingState.Confirmed sold && sold.notesCapture(payment)) {
                    record(new PaymentCaptured(id, payment, sold.facts().total()));
                }
            }
            case BookingReleased wish -> release(wish, now);
            case BookingExpired _ -> throw new IllegalStateException("only the alarm does this");
            case RefundStarted _ -> {
                RefundStarted started = state(id).startRefund(id).event();
                if (started != null) {
                    record(started);
                }
            }
            case BookingRefunded _ -> {
                if (state(id) instanceof BookingState.Confirmed sold && sold.refunding()) {
                    change(id, now, ticket -> new RefundTicket(ticket, id));
                    record(new BookingRefunded(
                            id, sold.paymentId(), sold.facts().total(), now));
                }
            }
        }
    }

    // Reserving

    private void reserve(BookingReserved wish, Step step) {
        Instant now = step.now();
        BookingId id = wish.bookingId();
        SplittableRandom chance =
                new SplittableRandom(rules.seed() * 31 + id.value().hashCode());
        double patienceWithPrice = chance.nextDouble();
        double patienceWithSeats = chance.nextDouble();
        SaleTerms sale = terms();
        List<TicketId> wanted =
                wish.tickets().stream().map(BookedTicket::ticketId).toList();
        if (rules.ticketLimit() != null && wanted.size() > rules.ticketLimit()) {
            wanted = wanted.subList(0, rules.ticketLimit());
        }
        sale.checkQuantity(wanted.size());
        sale.checkOnSale(now);
        List<BookedTicket> quoted = sale.quote(wanted);
        if (isTooDear(wish, quoted, patienceWithPrice)) {
            refuse(id, TOO_DEAR);
            return;
        }
        if (!areFree(quoted, id, now)) {
            refuse(id, "SeatTaken");
            quoted = patienceWithSeats < rules.secondChoice() ? others(sale, quoted, id, now) : List.of();
            if (quoted.isEmpty()) {
                return;
            }
        }
        Instant expiresAt = now.plusSeconds(sale.details().holdSeconds());
        Money total =
                quoted.stream().map(BookedTicket::price).reduce(Money::plus).orElseThrow();
        tickets.put(id, quoted);
        Map<TicketId, Money> prices = new HashMap<>();
        quoted.forEach(ticket -> prices.put(ticket.ticketId(), ticket.price()));
        change(id, now, ticket -> new ReserveTicket(ticket, id, Objects.requireNonNull(prices.get(ticket)), expiresAt));
        record(new BookingReserved(id, wish.buyerId(), quoted, total, now, expiresAt));
        List<Step> steps = Objects.requireNonNull(script.buyers().get(id));
        Duration later = Duration.between(steps.getFirst().due(), step.due());
        steps.stream()
                .skip(1)
                .forEach(next -> turns.add(new Turn(next.at(next.due().plus(later)), null)));
        setAlarm(id, expiresAt);
    }

    private boolean areFree(List<BookedTicket> wanted, BookingId id, Instant now) {
        return wanted.stream().allMatch(ticket -> seat(ticket.ticketId()).freeFor(id, now));
    }

    /** As many seats of the same section, the nearest first; none if there are not so many. */
    private List<BookedTicket> others(SaleTerms sale, List<BookedTicket> wanted, BookingId id, Instant now) {
        int middle = wanted.getFirst().ticketId().seat();
        PricedSection section = sale.sections().stream()
                .filter(one -> one.contains(middle))
                .findFirst()
                .orElseThrow();
        List<TicketId> free = new ArrayList<>();
        for (int distance = 0; distance < section.seats() && free.size() < wanted.size(); distance++) {
            for (int seat : distance == 0 ? new int[] {middle} : new int[] {middle + distance, middle - distance}) {
                TicketId ticket = section.contains(seat) ? TicketId.of(showId, seat) : null;
                if (ticket != null
                        && free.size() < wanted.size()
                        && seat(ticket).freeFor(id, now)) {
                    free.add(ticket);
                }
            }
        }
        return free.size() < wanted.size() ? List.of() : sale.quote(free);
    }

    /** Constant elasticity: at a price that is r times the old one, r to the power of minus the elasticity of all buyers are left. */
    private boolean isTooDear(BookingReserved wish, List<BookedTicket> quoted, double patience) {
        if (rules.prices().isEmpty()) {
            return false;
        }
        BigDecimal before = BigDecimal.ZERO;
        BigDecimal after = BigDecimal.ZERO;
        for (int i = 0; i < quoted.size(); i++) {
            before = before.add(wish.tickets().get(i).price().amount());
            after = after.add(quoted.get(i).price().amount());
        }
        return before.signum() > 0
                && patience > Math.pow(after.doubleValue() / before.doubleValue(), -rules.elasticity());
    }

    // Paying

    private void pay(PaymentStarted wish, Instant now) {
        BookingId id = wish.bookingId();
        BookingState state = state(id);
        BookingState.Start start = state.startPayment(new StartPayment(id, buyer(state), wish.paymentMethod()), now);
        payments.put(wish.paymentId(), start.order().paymentId());
        if (start.event() != null) {
            checkNotCancelled();
            Instant holdUntil = start.event().holdUntil();
            if (state instanceof BookingState.Held held && holdUntil.isAfter(held.holdUntil())) {
                change(id, now, ticket -> new RetimeTicket(ticket, id, holdUntil));
            }
            record(start.event());
        }
    }

    private void decline(PaymentDeclined note, Instant now) {
        BookingId id = note.bookingId();
        if (!(state(id) instanceof BookingState.Held held)) {
            return;
        }
        if (held.awaits(payment(note.paymentId()))) {
            Instant firstEnd = held.facts().expiresAt();
            if (!now.isBefore(held.holdUntil())) {
                change(id, now, ticket -> new ExpireTicket(ticket, id));
            } else if (held.holdUntil().isAfter(firstEnd)) {
                change(id, now, ticket -> new RetimeTicket(ticket, id, firstEnd));
            }
            record(new PaymentDeclined(id, payment(note.paymentId()), note.reason(), firstEnd));
            if (!now.isBefore(firstEnd)) {
                record(new BookingExpired(id, now));
            }
        } else if (!now.isBefore(held.holdUntil())) {
            expire(id, now);
        }
    }

    private PaymentId payment(PaymentId recorded) {
        return payments.getOrDefault(recorded, recorded);
    }

    // Ending

    private void release(BookingReleased wish, Instant now) {
        BookingId id = wish.bookingId();
        BookingState state = state(id);
        if (wish.cause() == ReleaseCause.SHOW_CANCELLED) {
            if (state instanceof BookingState.Held) {
                change(id, now, ticket -> new ReleaseTicket(ticket, id));
                record(new BookingReleased(id, ReleaseCause.SHOW_CANCELLED, now));
            }
            return;
        }
        BookingEvent end = state.release(id, buyer(state), now).orElse(null);
        if (end instanceof BookingExpired) {
            expire(id, now);
        } else if (end != null) {
            change(id, now, ticket -> new ReleaseTicket(ticket, id));
            record(end);
        }
    }

    private void setAlarm(BookingId id, Instant holdUntil) {
        if (holdUntil.equals(script.stillHeld().get(id))) {
            // The recording ends before the alarm.
            return;
        }
        Script.Alarm alarm = script.alarms().getOrDefault(id, Script.Alarm.USUAL);
        BookingExpired cause = new BookingExpired(id, holdUntil);
        turns.add(new Turn(new Step(holdUntil.plus(alarm.late()), alarm.lag(), alarm.position(), cause), id));
    }

    private void alarm(BookingId id, Instant now) {
        if (state(id) instanceof BookingState.Held held) {
            if (now.isBefore(held.holdUntil())) {
                setAlarm(id, held.holdUntil());
            } else {
                expire(id, now);
            }
        }
    }

    private void expire(BookingId id, Instant now) {
        change(id, now, ticket -> new ExpireTicket(ticket, id));
        record(new BookingExpired(id, now));
    }

    // What there is

    private SaleTerms terms() {
        SaleTerms known = terms;
        if (known == null) {
            known = ruled(SaleTerms.after(showId, told));
            terms = known;
        }
        return known;
    }

    private SaleTerms ruled(SaleTerms sale) {
        ShowDetails d = sale.details();
        ShowDetails details = new ShowDetails(
                d.name(),
                d.description(),
                d.type(),
                d.performerIds(),
                d.startsAt(),
                d.endsAt(),
                d.onSaleAt(),
                rules.hold() == null
                        ? d.holdSeconds()
                        : Math.toIntExact(rules.hold().toSeconds()),
                rules.ticketLimit() == null ? d.maxTicketsPerBooking() : rules.ticketLimit(),
                d.imageIds());
        List<PricedSection> sections = sale.sections().stream()
                .map(section -> {
                    BigDecimal price = rules.prices().get(section.name());
                    return price == null || section.price() == null
                            ? section
                            : new PricedSection(
                                    section.name(),
                                    section.firstSeat(),
                                    section.seats(),
                                    new Money(price, section.price().currency()));
                })
                .toList();
        return new SaleTerms(sale.showId(), sale.organizerId(), sale.status(), details, sections);
    }

    private void checkNotCancelled() {
        if (terms().status() == ShowStatus.CANCELLED) {
            throw new Rejected(new NotOnSale(showId, "The event is cancelled.", null));
        }
    }

    private TicketState seat(TicketId ticket) {
        return seats.getOrDefault(ticket, new TicketState.Available());
    }

    private BookingState state(BookingId id) {
        return bookings.getOrDefault(id, new BookingState.Unknown());
    }

    private static UserId buyer(BookingState state) {
        return switch (state) {
            case BookingState.Held s -> s.facts().buyerId();
            case BookingState.Confirmed s -> s.facts().buyerId();
            case BookingState.Closed s -> s.facts().buyerId();
            case BookingState.Unknown _ -> throw new IllegalStateException("a booking without a buyer");
        };
    }

    /** Asks every ticket before it changes any, as the program does. */
    private void change(BookingId id, Instant now, Function<TicketId, TicketCommand> command) {
        Map<TicketId, List<TicketEvent>> decided = new LinkedHashMap<>();
        for (BookedTicket ticket : Objects.requireNonNull(tickets.get(id))) {
            decided.put(ticket.ticketId(), seat(ticket.ticketId()).decide(command.apply(ticket.ticketId()), now));
        }
        decided.forEach((ticket, events) -> events.forEach(event -> {
            seats.put(ticket, TicketState.evolve(seat(ticket), event));
            happened.add(event);
        }));
    }

    private void record(BookingEvent event) {
        bookings.put(event.bookingId(), BookingState.evolve(state(event.bookingId()), event));
        happened.add(event);
    }
}
