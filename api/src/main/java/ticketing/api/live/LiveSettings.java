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
 * @param heartbeat after how much silence a client is told that the connection lives; a WebSocket that answers three of them not is closed
 * @param sendWithin how long one frame may take to leave; a client that takes it slower is dropped
 */
@ConfigurationProperties("ticketing.live")
record LiveSettings(
        @DefaultValue("15000") int connections,
        @DefaultValue("500") int connectionsPerAddress,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("10s") Duration sendWithin) {}
