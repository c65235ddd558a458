package ticketing.messages.performer;

import ticketing.messages.Command;
import ticketing.messages.UserId;

/** Orders to a performer's entry. */
public sealed interface PerformerCommand extends Command {

    PerformerId performerId();

    @Override
    default PerformerId target() {
        return performerId();
    }

    record AddPerformer(PerformerId performerId, UserId organizerId, PerformerDetails details)
            implements PerformerCommand {}

    /** @param organizerId who asks; the entry's owner, unless {@code anyOwner} */
    record RevisePerformer(PerformerId performerId, UserId organizerId, boolean anyOwner, PerformerDetails details)
            implements PerformerCommand {}
}
