package ticketing.api;

import java.util.Map;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.EventTrackerStatus;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Is down while a read model has stopped at an event that it cannot handle. Part of the whole health, not of readiness: selling goes on without a read model,
 * and a restart would not mend it.
 */
@Component("readModelHealthIndicator")
final class ReadModelHealth implements HealthIndicator {

    private final EventProcessingConfiguration processing;

    ReadModelHealth(EventProcessingConfiguration processing) {
        this.processing = processing;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        processing.eventProcessors().forEach((name, processor) -> {
            if (processor instanceof StreamingEventProcessor streaming) {
                Map<Integer, EventTrackerStatus> segments = streaming.processingStatus();
                boolean broken = streaming.isError()
                        || !streaming.isRunning()
                        || segments.values().stream().anyMatch(EventTrackerStatus::isErrorState);
                health.withDetail(name, broken ? "stopped" : "running");
                if (broken) {
                    health.down();
                }
            }
        });
        return health.build();
    }
}
