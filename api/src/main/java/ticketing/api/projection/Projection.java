package ticketing.api.projection;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import ticketing.projections.replay.Replay;

/**
 * A read model.
 *
 * @param position of the last event that it has seen
 * @param lag how many events it has yet to see
 * @param replay the last time that it was built anew, or the one that is under way
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Projection(
        String name, long position, long lag, @Nullable Progress replay) {

    /**
     * How far a replay is.
     *
     * @param from the position of the first event that it takes in
     * @param position of the last event that it has taken in
     * @param events how many that are
     * @param percent of what there is, 0 to 100
     * @param eventsPerSecond since the process that is at work began
     * @param secondsLeft at that rate
     * @param failure why it has failed
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Progress(
            String state,
            long from,
            long position,
            long events,
            double percent,
            long eventsPerSecond,
            @Nullable Long secondsLeft,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String failure) {

        static Progress of(Replay replay) {
            return new Progress(
                    replay.state().name(),
                    replay.from(),
                    replay.position(),
                    replay.events(),
                    Math.floor(replay.share() * 1000) / 10,
                    Math.round(replay.eventsPerSecond()),
                    replay.left() == null ? null : replay.left().toSeconds(),
                    replay.askedAt(),
                    replay.endedAt(),
                    replay.failure());
        }
    }

    /** All of them. */
    record Projections(long head, java.util.List<Projection> projections) {}
}
