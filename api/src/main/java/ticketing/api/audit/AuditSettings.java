package ticketing.api.audit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much the auditor may do.
 *
 * @param enabled whether it works beside the program at all
 * @param share of the time it may keep one database connection busy while others have work to do, above 0 and at most 1
 * @param idleShare the same while nobody sells and the processors are idle; where it is less than {@code share}, that counts
 * @param pause between the end of one examination of the whole store and the beginning of the next; new events are read all the time
 */
@ConfigurationProperties("ticketing.audit")
public record AuditSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("0.05") double share,
        @DefaultValue("0.5") double idleShare,
        @DefaultValue("15s") Duration pause) {

    public AuditSettings {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("ticketing.audit.share is above 0 and at most 1");
        }
        if (!(idleShare > 0 && idleShare <= 1)) {
            throw new IllegalArgumentException("ticketing.audit.idle-share is above 0 and at most 1");
        }
        if (pause.isNegative()) {
            throw new IllegalArgumentException("ticketing.audit.pause is not negative");
        }
    }
}
