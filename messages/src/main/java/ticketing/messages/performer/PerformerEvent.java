package ticketing.messages.performer;

import ticketing.messages.Event;
import ticketing.messages.StoredAs;
import ticketing.messages.UserId;

/** What happened to a performer's entry. */
public sealed interface PerformerEvent extends Event {

    PerformerId performerId();

    @StoredAs("performer.PerformerAdded")
    record PerformerAdded(PerformerId performerId, UserId organizerId, PerformerDetails details)
            implements PerformerEvent {}

    @StoredAs("performer.PerformerRevised")
    record PerformerRevised(PerformerId performerId, PerformerDetails details) implements PerformerEvent {}
}
