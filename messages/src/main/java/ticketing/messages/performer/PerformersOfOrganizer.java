package ticketing.messages.performer;

import java.util.List;
import ticketing.messages.UserId;
import ticketing.messages.performer.PerformerOf.Performer;

/** Asks for an organizer's own performers in the order of their names. */
public record PerformersOfOrganizer(UserId organizer, int limit) {

    /** How many are told at most. */
    public static final int MOST = 1_000;

    /** At most as many as were asked for. */
    public record OwnPerformers(List<Performer> performers) {}
}
