package ticketing.command.booking;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.BookingClosed;
import ticketing.messages.Rejection.BookingDiffers;
import ticketing.messages.Rejection.BookingNotFound;
import ticketing.messages.Rejection.HoldExpired;
import ticketing.messages.Rejection.PaymentDeclined;
import ticketing.messages.Rejection.PaymentInProgress;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.booking.BookingCommand.CheckBuyer;
import ticketing.messages.booking.BookingCommand.ConfirmBooking;
import ticketing.messages.booking.BookingCommand.ReserveBooking;
import ticketing.messages.booking.BookingCommand.StartPayment;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.booking.BookingEvent.BookingConfirmed;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingEvent.BookingRefunded;
import ticketing.messages.booking.BookingEvent.BookingReleased;
import ticketing.messages.booking.BookingEvent.BookingReserved;
import ticketing.messages.booking.BookingEvent.PaymentActionRequired;
import ticketing.messages.booking.BookingEvent.PaymentCaptured;
import ticketing.messages.booking.BookingEvent.PaymentStarted;
import ticketing.messages.booking.BookingEvent.RefundStarted;
import ticketing.messages.booking.BookingEvent.ReleaseCause;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.BookingStatus;
import ticketing.messages.booking.PaymentOrder;
import ticketing.messages.booking.Reserved;
import ticketing.messages.payment.PaymentId;

/**
 * All that a booking's decisions depend on; pure functions of state, command and time. Whether the tickets agree is asked beside it, by {@link
 * BookingCommandHandler}.
 */
public sealed interface BookingState {

    /** How long the provider may take to answer; a payment that is older is taken up again instead of being waited for. */
    Duration PROVIDER_PATIENCE = Duration.ofSeconds(20);

    /** How long a payment that starts in time gets, even where the hold would end sooner; less only where {@link #LONGEST_EXTENSION} is used up. */
    Duration PAYMENT_TIME = Duration.ofMinutes(1);

    /** How far payments can carry a hold beyond its first end, however often they are started. */
    Duration LONGEST_EXTENSION = Duration.ofMinutes(2);

    /** How often a buyer can try to pay for one booking. */
    int MOST_ATTEMPTS = 20;

    /** Not reserved yet. */
    record Unknown() implements BookingState {}

    /** What stays true of a booking whatever becomes of it. */
    record Facts(BookingId bookingId, UserId buyerId, List<BookedTicket> tickets, Money total, Instant expiresAt) {}

    /** @param holdUntil when the hold ends; later than the first end if a payment has carried it on */
    record Held(
            Facts facts,
            Instant holdUntil,
            int attempts,
            @Nullable Attempt payment) implements BookingState {
        boolean lapsed(Instant now) {
            return !now.isBefore(holdUntil);
        }
    }

    /** A payment whose outcome is open. */
    record Attempt(PaymentId paymentId, String method, Instant startedAt, boolean actionRequired) {
        /** Whether somebody is talking to the provider at this moment. */
        boolean underWay(Instant now) {
            return !actionRequired && now.isBefore(startedAt.plus(PROVIDER_PATIENCE));
        }
    }

    /** Sold. */
    record Confirmed(Facts facts, PaymentId paymentId, int attempts, boolean captured, boolean refunding)
            implements BookingState {}

    /** Come to an end; {@code paidBy} is the payment it had been sold for, if it was REFUNDED. */
    record Closed(
            Facts facts,
            BookingStatus status,
            int attempts,
            @Nullable PaymentId paidBy) implements BookingState {}

    /** The state after this event. */
    static BookingState evolve(BookingState state, BookingEvent event) {
        return switch (event) {
            case BookingReserved e ->
                new Held(
                        new Facts(e.bookingId(), e.buyerId(), e.tickets(), e.total(), e.expiresAt()),
                        e.expiresAt(),
                        0,
                        null);
            case PaymentStarted e ->
                state instanceof Held s
                        ? new Held(
                                s.facts(),
                                e.holdUntil(),
                                s.attempts() + 1,
                                new Attempt(e.paymentId(), e.paymentMethod(), e.startedAt(), false))
                        : state;
            case PaymentActionRequired e ->
                state instanceof Held s && s.payment() != null
                        ? new Held(
                                s.facts(),
                                s.holdUntil(),
                                s.attempts(),
                                new Attempt(
                                        e.paymentId(),
                                        s.payment().method(),
                                        s.payment().startedAt(),
                                        true))
                        : state;
            case BookingEvent.PaymentDeclined e ->
                state instanceof Held s ? new Held(s.facts(), e.holdUntil(), s.attempts(), null) : state;
            case BookingConfirmed e ->
                state instanceof Held s ? new Confirmed(s.facts(), e.paymentId(), s.attempts(), false, false) : state;
            case PaymentCaptured e ->
                state instanceof Confirmed s
                        ? new Confirmed(s.facts(), e.paymentId(), s.attempts(), true, s.refunding())
                        : state;
            case BookingReleased _ -> closed(state, BookingStatus.RELEASED);
            case BookingExpired _ -> closed(state, BookingStatus.EXPIRED);
            case RefundStarted e ->
                state instanceof Confirmed s
                        ? new Confirmed(s.facts(), e.paymentId(), s.attempts(), s.captured(), true)
                        : state;
            case BookingRefunded _ -> closed(state, BookingStatus.REFUNDED);
        };
    }

    private static BookingState closed(BookingState state, BookingStatus status) {
        return switch (state) {
            case Held s -> new Closed(s.facts(), status, s.attempts(), null);
            case Confirmed s -> new Closed(s.facts(), status, s.attempts(), s.paymentId());
            case Closed _, Unknown _ -> state;
        };
    }

    /** Where it stands, for everybody else. */
    default Optional<BookingStatus> standing() {
        return switch (this) {
            case Unknown _ -> Optional.empty();
            case Held _ -> Optional.of(BookingStatus.RESERVED);
            case Confirmed _ -> Optional.of(BookingStatus.CONFIRMED);
            case Closed s -> Optional.of(s.status());
        };
    }

    /**
     * The answer to a reservation that has been made before.
     *
     * @throws Rejected if the booking was another one, or is over
     */
    default Optional<Reserved> repeated(ReserveBooking c) {
        return switch (this) {
            case Unknown _ -> Optional.empty();
            case Held s -> Optional.of(reserved(same(s.facts(), c), s.holdUntil()));
            case Confirmed s ->
                Optional.of(reserved(same(s.facts(), c), s.facts().expiresAt()));
            case Closed s -> {
                same(s.facts(), c);
                throw new Rejected(new BookingClosed(c.bookingId(), s.status()));
            }
        };
    }

    private static Facts same(Facts facts, ReserveBooking c) {
        ownedBy(c.buyerId(), facts);
        boolean same = c.best() == 0
                ? facts.tickets().stream().map(BookedTicket::ticketId).toList().equals(c.ticketIds())
                : facts.tickets().size() == c.best();
        if (!same) {
            throw new Rejected(new BookingDiffers(c.bookingId()));
        }
        return facts;
    }

    private static Reserved reserved(Facts facts, Instant holdUntil) {
        return new Reserved(facts.bookingId(), facts.tickets(), facts.total(), holdUntil);
    }

    /** What a payment leads to: an order to the provider, after an event if it is a new attempt. */
    record Start(PaymentOrder order, @Nullable PaymentStarted event) {}

    /**
     * Starts an attempt to pay, or takes up one that was left alone.
     *
     * @throws Rejected if there is nothing to pay for, or somebody is paying
     */
    default Start startPayment(StartPayment c, Instant now) {
        return switch (this) {
            case Held s -> start(s, c, now);
            case Confirmed s -> {
                Facts facts = ownedBy(c.buyerId(), s.facts());
                if (s.refunding()) {
                    throw new Rejected(new BookingClosed(c.bookingId(), BookingStatus.REFUNDED));
                }
                yield new Start(new PaymentOrder(s.paymentId(), c.paymentMethod(), facts.total(), true), null);
            }
            case Closed s -> {
                ownedBy(c.buyerId(), s.facts());
                throw over(c.bookingId(), s.status());
            }
            case Unknown _ -> throw new Rejected(new BookingNotFound(c.bookingId()));
        };
    }

    private static Start start(Held s, StartPayment c, Instant now) {
        Facts facts = ownedBy(c.buyerId(), s.facts());
        Attempt open = s.payment();
        if (open != null && open.underWay(now)) {
            throw new Rejected(new PaymentInProgress(c.bookingId()));
        }
        if (s.lapsed(now)) {
            throw new Rejected(new HoldExpired(c.bookingId()));
        }
        if (open != null && open.method().equals(c.paymentMethod())) {
            return new Start(new PaymentOrder(open.paymentId(), open.method(), facts.total(), false), null);
        }
        if (s.attempts() >= MOST_ATTEMPTS) {
            throw new Rejected(new PaymentDeclined(c.bookingId(), "too_many_attempts"));
        }
        PaymentId paymentId = paymentId(c.bookingId(), s.attempts() + 1);
        Instant wanted = now.plus(PAYMENT_TIME);
        Instant latest = facts.expiresAt().plus(LONGEST_EXTENSION);
        Instant carried = wanted.isBefore(latest) ? wanted : latest;
        Instant holdUntil = carried.isAfter(s.holdUntil()) ? carried : s.holdUntil();
        return new Start(
                new PaymentOrder(paymentId, c.paymentMethod(), facts.total(), false),
                new PaymentStarted(c.bookingId(), paymentId, c.paymentMethod(), facts.total(), now, holdUntil));
    }

    /** Whether it is news that this payment waits for the buyer's action at the bank. */
    default boolean notesAction(PaymentId paymentId) {
        return awaits(paymentId)
                && this instanceof Held s
                && s.payment() != null
                && !s.payment().actionRequired();
    }

    /** Whether the hold's alarm goes off before the provider must have answered, so that money reserved later would go unseen. */
    default boolean endsBeforeAnswer(Instant answered) {
        return this instanceof Held s
                && s.payment() != null
                && !s.payment().actionRequired()
                && s.holdUntil().isBefore(answered);
    }

    /** Whether the payment is the open one. */
    default boolean awaits(PaymentId paymentId) {
        return this instanceof Held s
                && s.payment() != null
                && s.payment().paymentId().equals(paymentId);
    }

    /**
     * Whether to sell the tickets now; false if they have been sold to this payment before.
     *
     * @throws Rejected if it is too late, or the payment is not the booking's open one
     */
    default boolean confirm(ConfirmBooking c, Instant now) {
        return switch (this) {
            case Held s -> {
                if (s.lapsed(now)) {
                    throw new Rejected(new HoldExpired(c.bookingId()));
                }
                if (!awaits(c.paymentId())) {
                    // The hold lives, for another attempt.
                    throw new Rejected(new PaymentDeclined(c.bookingId(), "superseded"));
                }
                yield true;
            }
            case Confirmed s -> {
                if (!s.paymentId().equals(c.paymentId())) {
                    throw new Rejected(new BookingClosed(c.bookingId(), BookingStatus.CONFIRMED));
                }
                yield false;
            }
            case Closed s -> throw over(c.bookingId(), s.status());
            case Unknown _ -> throw new Rejected(new BookingNotFound(c.bookingId()));
        };
    }

    /**
     * How the buyer's giving back ends the hold; nothing if it was given back before.
     *
     * @throws Rejected if there is no hold to give back
     */
    default Optional<BookingEvent> release(BookingId bookingId, UserId buyerId, Instant now) {
        return switch (this) {
            case Held s -> {
                ownedBy(buyerId, s.facts());
                if (s.payment() != null && s.payment().underWay(now)) {
                    throw new Rejected(new PaymentInProgress(bookingId));
                }
                yield Optional.of(
                        s.lapsed(now)
                                ? new BookingExpired(bookingId, now)
                                : new BookingReleased(bookingId, ReleaseCause.BUYER, now));
            }
            case Confirmed s -> {
                ownedBy(buyerId, s.facts());
                throw new Rejected(new BookingClosed(bookingId, BookingStatus.CONFIRMED));
            }
            case Closed s -> {
                ownedBy(buyerId, s.facts());
                if (s.status() == BookingStatus.RELEASED) {
                    yield Optional.empty();
                }
                throw over(bookingId, s.status());
            }
            case Unknown _ -> throw new Rejected(new BookingNotFound(bookingId));
        };
    }

    /** How a refund begins; without an event if it had begun before. */
    record Refund(PaymentOrder order, @Nullable RefundStarted event) {}

    /** @throws Rejected if nothing has been sold */
    default Refund startRefund(BookingId bookingId) {
        return switch (this) {
            case Confirmed s -> {
                PaymentOrder order =
                        new PaymentOrder(s.paymentId(), "", s.facts().total(), false);
                yield new Refund(
                        order,
                        s.refunding()
                                ? null
                                : new RefundStarted(
                                        bookingId, s.paymentId(), s.facts().total()));
            }
            case Closed s
            when s.paidBy() != null ->
                new Refund(new PaymentOrder(s.paidBy(), "", s.facts().total(), true), null);
            case Held _ -> throw new Rejected(new BookingClosed(bookingId, BookingStatus.RESERVED));
            case Closed s -> throw new Rejected(new BookingClosed(bookingId, s.status()));
            case Unknown _ -> throw new Rejected(new BookingNotFound(bookingId));
        };
    }

    /** Whether it is news that the money for the sold tickets has been taken; not while it goes back. */
    default boolean notesCapture(PaymentId paymentId) {
        return this instanceof Confirmed s
                && !s.captured()
                && !s.refunding()
                && s.paymentId().equals(paymentId);
    }

    /** @throws Rejected if the booking is not this buyer's */
    default void checkBuyer(CheckBuyer c) {
        Facts facts = switch (this) {
            case Held s -> s.facts();
            case Confirmed s -> s.facts();
            case Closed s -> s.facts();
            case Unknown _ -> throw new Rejected(new BookingNotFound(c.bookingId()));
        };
        ownedBy(c.buyerId(), facts);
    }

    /** What the alarm finds still to be done. */
    default Remainder remainder() {
        return switch (this) {
            case Unknown _ -> Remainder.NOTHING;
            case Held s -> new Remainder(s.holdUntil(), List.of(), null, false);
            case Confirmed s ->
                new Remainder(
                        null,
                        lost(s.facts(), s.attempts(), s.paymentId()),
                        s.captured() || s.refunding() ? null : s.paymentId(),
                        s.refunding());
            case Closed s -> new Remainder(null, lost(s.facts(), s.attempts(), s.paidBy()), null, false);
        };
    }

    /** All attempts to pay but the one that counted: a crash may have left any of them open at the provider. */
    private static List<PaymentId> lost(Facts facts, int attempts, @Nullable PaymentId paidBy) {
        return IntStream.rangeClosed(1, attempts)
                .mapToObj(attempt -> paymentId(facts.bookingId(), attempt))
                .filter(paymentId -> !paymentId.equals(paidBy))
                .toList();
    }

    private static PaymentId paymentId(BookingId bookingId, int attempt) {
        return new PaymentId(bookingId + ".p" + attempt);
    }

    private static Facts ownedBy(UserId buyerId, Facts facts) {
        if (!facts.buyerId().equals(buyerId)) {
            throw new Rejected(new BookingNotFound(facts.bookingId()));
        }
        return facts;
    }

    private static Rejected over(BookingId bookingId, BookingStatus status) {
        return new Rejected(
                status == BookingStatus.EXPIRED ? new HoldExpired(bookingId) : new BookingClosed(bookingId, status));
    }
}
