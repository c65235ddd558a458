package ticketing.command.performer;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.PerformerNotFound;
import ticketing.messages.UserId;
import ticketing.messages.performer.PerformerCommand.AddPerformer;
import ticketing.messages.performer.PerformerCommand.RevisePerformer;
import ticketing.messages.performer.PerformerDetails;
import ticketing.messages.performer.PerformerEvent;
import ticketing.messages.performer.PerformerEvent.PerformerAdded;
import ticketing.messages.performer.PerformerEvent.PerformerRevised;
import ticketing.messages.performer.PerformerId;

/** Somebody or something that performs. */
public final class Performer {

    @AggregateIdentifier
    private @Nullable PerformerId id;

    private @Nullable UserId organizerId;
    private @Nullable PerformerDetails details;

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(AddPerformer command) {
        if (id == null) {
            apply(new PerformerAdded(command.performerId(), command.organizerId(), command.details()));
        }
    }

    @CommandHandler
    void handle(RevisePerformer command) {
        if (!command.anyOwner() && !command.organizerId().equals(organizerId)) {
            throw new Rejected(new PerformerNotFound(command.performerId()));
        }
        if (!command.details().equals(details)) {
            apply(new PerformerRevised(command.performerId(), command.details()));
        }
    }

    @EventSourcingHandler
    void on(PerformerEvent event) {
        id = event.performerId();
        switch (event) {
            case PerformerAdded e -> {
                organizerId = e.organizerId();
                details = e.details();
            }
            case PerformerRevised e -> details = e.details();
        }
    }
}
