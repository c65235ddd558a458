package ticketing.api.live;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The bounds of the live seat map.
 *
 * @param connections how many clients may watch this node at once; well below what the web server takes in all ({@code server.tomcat.max-connections}), so
 *     that watchers leave room for those who book
 * @param connectionsPerAddress how many of them may come from one address (of IPv6: from one /64 network); not applied where request limits are off
 * @param connectionsPerUser how many of them one logged-in user may have; not applied where request limits are off
 * @param heartbeat how often a WebSocket is pinged; who does not answer three times is dropped. A stream of events gets a comment after so much silence
 * @param sendWithin how long one frame may take to leave; a client that takes it slower is dropped
 */
@ConfigurationProperties("ticketing.live")
record LiveSettings(
        @DefaultValue("15000") int connections,
        @DefaultValue("500") int connectionsPerAddress,
        @DefaultValue("20") int connectionsPerUser,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("10s") Duration sendWithin) {}
