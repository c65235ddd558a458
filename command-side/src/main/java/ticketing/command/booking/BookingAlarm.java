package ticketing.command.booking;

import java.util.concurrent.TimeUnit;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.deadline.DeadlineManager;
import org.axonframework.deadline.DeadlineMessage;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.ScopeAware;
import org.axonframework.messaging.ScopeDescriptor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import ticketing.command.payment.Checkout;
import ticketing.messages.booking.BookingCommand.ExpireBooking;

/**
 * The alarm clock of bookings. It goes off at a hold's end, has the booking decide whether it is over, and finishes what a crash or a silent provider left
 * half done: money for nothing is let go, money for sold seats is taken, a refund that was begun is completed.
 */
@Component
class BookingAlarm implements ScopeAware {

    private static final long PATIENCE_SECONDS = 20;

    private final ObjectProvider<CommandGateway> commands;
    private final ObjectProvider<DeadlineManager> deadlines;
    private final Checkout checkout;

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
        if (message instanceof DeadlineMessage<?> deadline && deadline.getPayload() instanceof HoldEnds due) {
            ring(due);
        }
    }

    private void ring(HoldEnds due) {
        Remainder remainder = commands.getObject()
                .sendAndWait(new ExpireBooking(due.bookingId()), PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (remainder.holdUntil() != null) {
            deadlines.getObject().schedule(remainder.holdUntil(), HoldEnds.DEADLINE, due, HoldEnds.SCOPE);
        }
        remainder.toVoid().forEach(checkout::abandon);
        if (remainder.toCapture() != null) {
            checkout.finish(due.bookingId(), remainder.toCapture());
        }
        if (remainder.refunding()) {
            checkout.refund(due.bookingId());
        }
    }
}
