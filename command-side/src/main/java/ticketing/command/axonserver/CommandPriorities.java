package ticketing.command.axonserver;

import org.axonframework.axonserver.connector.command.CommandPriorityCalculator;
import org.axonframework.commandhandling.CommandMessage;
import ticketing.messages.booking.BookingCommand;
import ticketing.messages.booking.ExpireBookings;
import ticketing.messages.payment.CompleteSandboxPayment;

/**
 * Which of the commands that wait goes first: selling what is paid for, then freeing what is over, then holding. Where too many come at once, whoever has paid
 * does not wait behind those who are only beginning.
 */
public final class CommandPriorities implements CommandPriorityCalculator {

    /** Several steps with the payment provider between them; see {@link CommandThreads}. */
    static final int IN_STEPS = 40;

    static final int CONFIRM = 30;
    static final int EXPIRE = 20;
    static final int RESERVE = 10;
    static final int OTHER = 0;

    @Override
    public int determinePriority(CommandMessage<?> command) {
        return switch (command.getPayload()) {
            case BookingCommand booking -> of(booking);
            case ExpireBookings _ -> EXPIRE;
            case CompleteSandboxPayment _ -> IN_STEPS;
            default -> OTHER;
        };
    }

    private static int of(BookingCommand command) {
        return switch (command) {
            case BookingCommand.PayBooking _, BookingCommand.RefundBooking _ -> IN_STEPS;
            case BookingCommand.ConfirmBooking _,
                    BookingCommand.StartPayment _,
                    BookingCommand.AwaitPaymentAction _,
                    BookingCommand.DeclinePayment _,
                    BookingCommand.RecordCapture _,
                    BookingCommand.StartRefund _,
                    BookingCommand.CompleteRefund _,
                    BookingCommand.CheckBuyer _,
                    BookingCommand.TotalOf _ -> CONFIRM;
            case BookingCommand.ExpireBooking _, BookingCommand.ReleaseBooking _, BookingCommand.CancelBooking _ ->
                EXPIRE;
            case BookingCommand.ReserveBooking _ -> RESERVE;
        };
    }
}
