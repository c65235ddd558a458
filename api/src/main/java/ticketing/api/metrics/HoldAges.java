package ticketing.api.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.axonframework.eventhandling.DomainEventMessage;
import org.jspecify.annotations.Nullable;
import ticketing.command.eventstore.GroupCommit;
import ticketing.messages.booking.BookingEvent.BookingConfirmed;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingEvent.BookingReleased;
import ticketing.messages.booking.BookingEvent.BookingReserved;
import ticketing.messages.booking.BookingId;

/**
 * How old holds were when they ended, and how: bought, given back, expired. Of holds that this node has written itself, from beginning to end; what began before
 * it was started, or on another node, is not counted. Belongs to the thread that writes.
 */
final class HoldAges implements GroupCommit.Witness {

    /** Of the youngest; more are forgotten and not counted. */
    private static final int MOST_OPEN = 50_000;

    private static final Duration[] BOUNDS = {
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(2),
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Duration.ofMinutes(20)
    };

    private final Map<BookingId, Instant> open = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BookingId, Instant> eldest) {
            return size() > MOST_OPEN;
        }
    };

    private final Timer confirmed;
    private final Timer released;
    private final Timer expired;
    private volatile int count;

    HoldAges(MeterRegistry registry) {
        this.confirmed = timer(registry, "confirmed");
        this.released = timer(registry, "released");
        this.expired = timer(registry, "expired");
        Gauge.builder("ticketing.holds.open", () -> count)
                .description("Holds that this node has begun and that have not ended here, 50,000 at most")
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, String end) {
        return Timer.builder("ticketing.hold.age")
                .description("How old holds were when they ended")
                .tag("end", end)
                .serviceLevelObjectives(BOUNDS)
                .register(registry);
    }

    @Override
    public void stored(DomainEventMessage<?> event) {
        switch (event.getPayload()) {
            case BookingReserved reserved -> open.put(reserved.bookingId(), reserved.reservedAt());
            case BookingConfirmed end -> ended(end.bookingId(), end.confirmedAt(), confirmed);
            case BookingReleased end -> ended(end.bookingId(), end.releasedAt(), released);
            case BookingExpired end -> ended(end.bookingId(), end.expiredAt(), expired);
            default -> {
                return;
            }
        }
        count = open.size();
    }

    private void ended(BookingId booking, Instant at, Timer timer) {
        @Nullable Instant since = open.remove(booking);
        if (since != null) {
            timer.record(Duration.between(since, at));
        }
    }

    @Override
    public void perhapsStored(DomainEventMessage<?> event) {
        // Perhaps it is counted one day, perhaps not.
    }
}
