package ticketing.messages;

import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** An order to one aggregate. */
public interface Command {

    /** The aggregate that decides. Commands are routed by it unless their feature says otherwise. */
    @TargetAggregateIdentifier
    Identifier target();
}
