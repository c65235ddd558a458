package ticketing.api.audit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much the auditor may do.
 *
 * @param enabled whether it works beside the program at all
 * @param share of the time it may keep one database connection busy, above 0 and at most 1
 * @param pause between the end of one examination of the whole store and the beginning of the next; new events are read all the time
 */
@ConfigurationProperties("ticketing.audit")
public record AuditSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("0.05") double share,
        @DefaultValue("30s") Duration pause) {

    public AuditSettings {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("ticketing.audit.share is above 0 and at most 1");
        }
        if (pause.isNegative()) {
            throw new IllegalArgumentException("ticketing.audit.pause is not negative");
        }
    }
}
