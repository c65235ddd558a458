package ticketing.command.booking;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.deadline.DeadlineManager;
import org.axonframework.deadline.DeadlineMessage;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.ScopeDescriptor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import ticketing.command.deadline.BatchScopeAware;
import ticketing.command.payment.Checkout;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.BookingNotFound;
import ticketing.messages.booking.BookingCommand.ExpireBooking;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.ExpireBookings;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.show.ShowId;

/**
 * The alarm clock of bookings. It goes off at a hold's end, has the booking decide whether it is over, and finishes what a crash or a silent provider left
 * half done: money for nothing is let go, money for sold seats is taken, a refund that was begun is completed. Holds of one show that end together are ended
 * together.
 */
@Component
class BookingAlarm implements BatchScopeAware {

    private static final long PATIENCE_SECONDS = 20;

    /**
     * How many alarms may wait for the payment provider at once; a fraction of the deadlines that are fired at once, so that a slow provider never keeps holds from
     * ending.
     */
    private static final int AT_PROVIDER = 64;

    private final ObjectProvider<CommandGateway> commands;
    private final ObjectProvider<DeadlineManager> deadlines;
    private final Checkout checkout;
    private volatile @Nullable CommandGateway gateway;
    private final Semaphore slots = new Semaphore(AT_PROVIDER);

    BookingAlarm(
            ObjectProvider<CommandGateway> commands, ObjectProvider<DeadlineManager> deadlines, Checkout checkout) {
        this.commands = commands;
        this.deadlines = deadlines;
        this.checkout = checkout;
    }

    @Override
    public boolean canResolve(ScopeDescriptor scope) {
        return HoldEnds.SCOPE.equals(scope);
    }

    @Override
    public void send(Message<?> message, ScopeDescriptor scope) throws Exception {
        ring(due((DeadlineMessage<?>) message));
    }

    @Override
    public List<DeadlineMessage<?>> sendAll(List<DeadlineMessage<?>> deadlines, ScopeDescriptor scope) {
        Map<ShowId, Set<BookingId>> byShow = new LinkedHashMap<>();
        for (DeadlineMessage<?> deadline : deadlines) {
            BookingId bookingId = due(deadline).bookingId();
            byShow.computeIfAbsent(bookingId.showId(), _ -> new LinkedHashSet<>())
                    .add(bookingId);
        }
        Set<BookingId> left = new HashSet<>();
        byShow.forEach((showId, bookingIds) -> left.addAll(gateway()
                .<ExpireBookings.Left>sendAndWait(
                        new ExpireBookings(showId, List.copyOf(bookingIds)), PATIENCE_SECONDS, TimeUnit.SECONDS)
                .bookingIds()));
        return deadlines.stream()
                .filter(deadline -> left.contains(due(deadline).bookingId()))
                .toList();
    }

    private static HoldEnds due(DeadlineMessage<?> deadline) {
        if (deadline.getPayload() instanceof HoldEnds due) {
            return due;
        }
        throw new IllegalArgumentException("not a deadline of bookings: " + deadline.getPayloadType());
    }

    private CommandGateway gateway() {
        CommandGateway known = gateway;
        if (known == null) {
            known = commands.getObject();
            gateway = known;
        }
        return known;
    }

    private void ring(HoldEnds due) {
        Remainder remainder;
        try {
            remainder = gateway().sendAndWait(new ExpireBooking(due.bookingId()), PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Rejected refused) {
            if (refused.rejection() instanceof BookingNotFound) {
                // Where events and deadlines are not one commit, the alarm is set first: this hold never came to be.
                return;
            }
            throw refused;
        }
        if (remainder.holdUntil() != null) {
            deadlines.getObject().schedule(remainder.holdUntil(), HoldEnds.DEADLINE, due, HoldEnds.SCOPE);
        }
        List<Runnable> errands = errands(due.bookingId(), remainder);
        if (!errands.isEmpty()) {
            run(errands);
        }
    }

    private List<Runnable> errands(BookingId bookingId, Remainder remainder) {
        List<Runnable> errands = new ArrayList<>();
        for (PaymentId lost : remainder.toVoid()) {
            errands.add(() -> checkout.abandon(lost));
        }
        PaymentId toCapture = remainder.toCapture();
        if (toCapture != null) {
            errands.add(() -> {
                if (!checkout.finish(bookingId, toCapture)) {
                    // If a refund was faster, the next try finds that out; if the provider has lost the money, this has
                    // to be seen.
                    throw new IllegalStateException("There is no money to take for " + toCapture);
                }
            });
        }
        if (remainder.refunding()) {
            errands.add(() -> checkout.refund(bookingId));
        }
        return errands;
    }

    /** One that fails keeps no other from being run; the deadline comes back for it. */
    private void run(List<Runnable> errands) {
        if (!slots.tryAcquire()) {
            throw new RejectedExecutionException("Too many alarms wait for the payment provider; this one comes back");
        }
        RuntimeException failed = null;
        try {
            for (Runnable errand : errands) {
                try {
                    errand.run();
                } catch (RuntimeException e) {
                    if (failed == null) {
                        failed = e;
                    } else {
                        failed.addSuppressed(e);
                    }
                }
            }
        } finally {
            slots.release();
        }
        if (failed != null) {
            throw failed;
        }
    }
}
