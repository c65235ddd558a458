package ticketing.api;

import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;
import ticketing.command.eventstore.GroupCommit;
import ticketing.command.eventstore.PostgresEventStore;

/**
 * Whether anything can be sold: is down, with the reason, while the database does not answer or the event store's writer does not write. Part of readiness. It
 * asks nobody, so it answers at once, and says the same as long as the same is the matter.
 */
@Component("storeHealthIndicator")
final class StoreHealth implements HealthIndicator {

    /** Longer than a takeover of the database's connections, shorter than the patience of a buyer. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

    private final GroupCommit groupCommit;
    private final PostgresEventStore events;

    StoreHealth(GroupCommit groupCommit, PostgresEventStore events) {
        this.groupCommit = groupCommit;
        this.events = events;
    }

    @Override
    public Health health() {
        Duration silence = events.silence();
        if (silence.compareTo(LONGEST_SILENCE) > 0) {
            return down("the database has not answered for " + silence.toSeconds() + " s");
        }
        String trouble = groupCommit.trouble();
        return trouble == null ? Health.up().build() : down(trouble);
    }

    private static Health down(String reason) {
        return Health.down().withDetail("reason", reason).build();
    }
}
