package ticketing.api.feed;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How webhooks are sent.
 *
 * @param insideAllowed whether URLs may be http and lead to private addresses: for tests on a closed machine, and nothing else
 * @param firstPause after the first failure; each further one makes it four times as long, up to {@code longestPause}
 * @param attempts after so many failures in a row nothing more is sent until somebody asks for a replay
 * @param answerWithin how long a receiver may take for all of its answer
 */
@ConfigurationProperties("ticketing.webhooks")
record WebhookSettings(
        @DefaultValue("false") boolean insideAllowed,
        @DefaultValue("5s") Duration firstPause,
        @DefaultValue("6h") Duration longestPause,
        @DefaultValue("12") int attempts,
        @DefaultValue("15s") Duration answerWithin) {}
