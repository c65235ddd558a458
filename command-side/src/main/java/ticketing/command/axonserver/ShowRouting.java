package ticketing.command.axonserver;

import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.distributed.RoutingStrategy;
import ticketing.messages.Command;

/**
 * Sends everything of one show to one node: a booking and its tickets are one unit of work, decided where their locks are. Identifiers of bookings, tickets
 * and payments begin with their show's, up to the first hyphen; what belongs to no show is routed by its own.
 */
public final class ShowRouting implements RoutingStrategy {

    @Override
    public String getRoutingKey(CommandMessage<?> message) {
        return message.getPayload() instanceof Command command
                ? key(command.target().value())
                : message.getIdentifier();
    }

    private static String key(String target) {
        int hyphen = target.indexOf('-');
        return hyphen < 0 ? target : target.substring(0, hyphen);
    }
}
