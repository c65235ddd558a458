package ticketing.command;

import java.util.List;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Command;
import ticketing.messages.Identifier;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.venue.VenueId;

/** Says in the business's words that a command's target does not exist. */
final class UnknownAggregates implements MessageHandlerInterceptor<CommandMessage<?>> {

    @Override
    public @Nullable Object handle(UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain)
            throws Exception {
        try {
            return chain.proceed();
        } catch (AggregateNotFoundException e) {
            if (unitOfWork.getMessage().getPayload() instanceof Command command
                    && command.target().value().equals(e.getAggregateIdentifier())) {
                throw new Rejected(notFound(command.target()));
            }
            throw e;
        }
    }

    private static Rejection notFound(Identifier target) {
        return switch (target) {
            case VenueId id -> new Rejection.VenueNotFound(id);
            case PerformerId id -> new Rejection.PerformerNotFound(id);
            case ShowId id -> new Rejection.ShowNotFound(id);
            case TicketId id -> new Rejection.TicketNotFound(List.of(id));
            case BookingId id -> new Rejection.BookingNotFound(id);
            case PaymentId id -> new Rejection.PaymentNotFound(id.value());
            default -> throw new IllegalArgumentException("No refusal for " + target.getClass());
        };
    }
}
