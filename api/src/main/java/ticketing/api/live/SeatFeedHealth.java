package ticketing.api.live;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import ticketing.projections.seatfeed.SeatFeed;

/** Says loudly when this node's seat maps stand still. */
final class SeatFeedHealth implements HealthIndicator {

    private final SeatFeed feed;
    private final Watchers watchers;

    SeatFeedHealth(SeatFeed feed, Watchers watchers) {
        this.feed = feed;
        this.watchers = watchers;
    }

    @Override
    public Health health() {
        return feed.fault()
                .map(fault -> Health.down().withDetail("fault", fault).build())
                .orElseGet(() -> Health.up()
                        .withDetail("position", feed.position())
                        .withDetail("watchers", watchers.count())
                        .build());
    }
}
