package ticketing.command.payment;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import ticketing.command.show.SaleTermsReader;
import ticketing.messages.CoarseTimer;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.BookingClosed;
import ticketing.messages.Rejection.BookingNotFound;
import ticketing.messages.Rejection.HoldExpired;
import ticketing.messages.Rejection.Invalid;
import ticketing.messages.Rejection.PaymentDeclined;
import ticketing.messages.Rejection.PaymentNotFound;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingCommand;
import ticketing.messages.booking.BookingCommand.AwaitPaymentAction;
import ticketing.messages.booking.BookingCommand.CheckBuyer;
import ticketing.messages.booking.BookingCommand.CompleteRefund;
import ticketing.messages.booking.BookingCommand.ConfirmBooking;
import ticketing.messages.booking.BookingCommand.DeclinePayment;
import ticketing.messages.booking.BookingCommand.PayBooking;
import ticketing.messages.booking.BookingCommand.RecordCapture;
import ticketing.messages.booking.BookingCommand.RefundBooking;
import ticketing.messages.booking.BookingCommand.StartPayment;
import ticketing.messages.booking.BookingCommand.StartRefund;
import ticketing.messages.booking.BookingCommand.TotalOf;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.BookingStatus;
import ticketing.messages.booking.Payment;
import ticketing.messages.booking.PaymentOrder;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.payment.PaymentStatus;
import ticketing.messages.show.ShowId;

/**
 * The way from a hold to a sale: note the attempt, authorise at the provider, sell the seats, capture. It holds no state of its own; every step is a
 * command whose event says how far it came, so that a crash between any two steps leaves something that can be taken up again. Nobody pays without a ticket: money is taken
 * only after the seats are sold, and let go if they cannot be.
 */
@Component
public final class Checkout {

    private static final Logger LOG = LoggerFactory.getLogger(Checkout.class);

    private static final long PATIENCE_SECONDS = 25;

    /** How many buyers and organizers can be served at once, and how long others wait for their turn; together with the patience less than the edge's. */
    private static final int AT_ONCE = 256;

    private static final long TURN_SECONDS = 3;

    private final PaymentProvider provider;
    private final SaleTermsReader terms;
    private final ObjectProvider<CommandGateway> commands;

    /** Every step is a unit of work of its own, durable before the next begins; on the caller's thread it would be nested in the caller's. */
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    Checkout(PaymentProvider provider, SaleTermsReader terms, ObjectProvider<CommandGateway> commands) {
        this.terms = terms;
        this.provider = new BoundedProvider(provider);
        this.commands = commands;
    }

    @CommandHandler
    Payment handle(PayBooking command) throws Exception {
        if (!provider.accepts(command.paymentMethod())) {
            throw new Rejected(new Invalid(
                    "paymentMethod", "The payment provider takes none of this name, but " + provider.methods() + "."));
        }
        return apart(() -> pay(command));
    }

    @CommandHandler
    void handle(RefundBooking command) throws Exception {
        UserId organizer = command.organizerId();
        if (organizer != null && !organizes(organizer, command.bookingId().showId())) {
            throw new Rejected(new BookingNotFound(command.bookingId()));
        }
        apart(() -> {
            refund(command.bookingId());
            return true;
        });
    }

    private boolean organizes(UserId organizer, ShowId showId) {
        try {
            return terms.of(showId).organizerId().equals(organizer);
        } catch (Rejected noSuchShow) {
            return false;
        }
    }

    /**
     * Goes on with a payment whose buyer acts at the bank.
     *
     * @param action what the buyer does there, once it is certain that the booking is this buyer's
     * @throws Rejected if the payment is not this buyer's or came to nothing
     */
    Payment resume(BookingId bookingId, PaymentId paymentId, UserId buyerId, Runnable action) throws Exception {
        return apart(() -> {
            checkBuyer(bookingId, paymentId, buyerId);
            action.run();
            Money amount = ask(new TotalOf(bookingId), Money.class);
            return proceed(bookingId, paymentId, amount, provider.retrieve(paymentId));
        });
    }

    private void checkBuyer(BookingId bookingId, PaymentId paymentId, UserId buyerId) {
        try {
            send(new CheckBuyer(bookingId, buyerId));
        } catch (Rejected refused) {
            throw refused.rejection() instanceof BookingNotFound
                    ? new Rejected(new PaymentNotFound(paymentId.value()))
                    : refused;
        }
    }

    private Payment pay(PayBooking command) {
        PaymentOrder order = ask(
                new StartPayment(command.bookingId(), command.buyerId(), command.paymentMethod()), PaymentOrder.class);
        if (order.settled()) {
            return taken(command.bookingId(), order.paymentId(), order.amount());
        }
        return proceed(
                command.bookingId(),
                order.paymentId(),
                order.amount(),
                provider.authorize(order.paymentId(), command.bookingId(), order.amount(), order.paymentMethod()));
    }

    private Payment proceed(
            BookingId bookingId, PaymentId paymentId, Money amount, PaymentProvider.Authorization authorization) {
        return switch (authorization) {
            case PaymentProvider.Authorization.Authorized _ -> {
                sell(bookingId, paymentId);
                yield taken(bookingId, paymentId, amount);
            }
            case PaymentProvider.Authorization.RequiresAction _ -> {
                send(new AwaitPaymentAction(bookingId, paymentId));
                yield new Payment(paymentId, PaymentStatus.REQUIRES_ACTION, amount);
            }
            case PaymentProvider.Authorization.Declined declined -> {
                BookingStatus after =
                        ask(new DeclinePayment(bookingId, paymentId, declined.reason()), BookingStatus.class);
                throw new Rejected(
                        switch (after) {
                            case RESERVED -> new PaymentDeclined(bookingId, declined.reason());
                            case EXPIRED -> new HoldExpired(bookingId);
                            case CONFIRMED, RELEASED, REFUNDED -> new BookingClosed(bookingId, after);
                        });
            }
            case PaymentProvider.Authorization.Unknown _ -> throw new Rejected(new PaymentNotFound(paymentId.value()));
        };
    }

    private void sell(BookingId bookingId, PaymentId paymentId) {
        try {
            send(new ConfirmBooking(bookingId, paymentId));
        } catch (Rejected refused) {
            // The seats are gone: let go of the money. Not a decline, so the buyer is told why.
            try {
                provider.cancel(paymentId);
            } catch (RuntimeException e) {
                LOG.warn("Payment {} could not be let go of; the booking's alarm will: {}", paymentId, e.toString());
            }
            throw refused;
        }
    }

    private Payment taken(BookingId bookingId, PaymentId paymentId, Money amount) {
        if (!finish(bookingId, paymentId)) {
            throw new Rejected(new BookingClosed(bookingId, BookingStatus.REFUNDED));
        }
        return new Payment(paymentId, PaymentStatus.CAPTURED, amount);
    }

    /**
     * Takes the money for seats that are sold.
     *
     * @return whether it was taken; false if it was given back meanwhile
     */
    public boolean finish(BookingId bookingId, PaymentId paymentId) {
        boolean taken = provider.capture(paymentId);
        if (taken) {
            send(new RecordCapture(bookingId, paymentId));
        }
        return taken;
    }

    /** Lets go of money for a booking that came to nothing. */
    public void abandon(PaymentId paymentId) {
        provider.cancel(paymentId);
    }

    /** Gives the money back, then the seats. */
    public void refund(BookingId bookingId) {
        PaymentOrder order = ask(new StartRefund(bookingId), PaymentOrder.class);
        if (!order.settled()) {
            provider.refund(order.paymentId());
            send(new CompleteRefund(bookingId, order.paymentId()));
        }
    }

    private void send(BookingCommand command) {
        commands.getObject().sendAndWait(command, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private <R> R ask(BookingCommand command, Class<R> answer) {
        return answer.cast(commands.getObject().<Object>sendAndWait(command, PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private <R> R apart(Callable<R> work) throws Exception {
        if (!turns.tryAcquire(TURN_SECONDS, TimeUnit.SECONDS)) {
            throw new TooManyPaymentsException();
        }
        CompletableFuture<R> result = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            } finally {
                turns.release();
            }
        });
        try {
            return CoarseTimer.get(result, Duration.ofSeconds(PATIENCE_SECONDS));
        } catch (ExecutionException | CompletionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } catch (TimeoutException e) {
            throw new IllegalStateException("The payment provider has not answered; the payment is taken up later", e);
        }
    }
}
