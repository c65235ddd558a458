package ticketing.api.live;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.api.start.TicketingSettings;
import ticketing.api.websocket.Writers;
import ticketing.projections.seatfeed.SeatFeed;

/** Puts the live seat map together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({LiveSettings.class, TicketingSettings.class})
class LiveConfiguration {

    /**
     * What the web server keeps to read from each connection: as much as an ordinary request has. A watcher who says nothing would have 8 KiB; a long body is
     * read in more pieces.
     */
    private static final int READ_BUFFER = 2_048;

    @Bean
    LiveSeats liveSeats(SeatFeed feed) {
        return new LiveSeats(feed);
    }

    @Bean
    Watchers watchers(LiveSettings settings, TicketingSettings program) {
        return new Watchers(
                settings.connections(),
                program.rateLimits() ? settings.connectionsPerAddress() : settings.connections(),
                program.rateLimits() ? settings.connectionsPerUser() : settings.connections());
    }

    @Bean
    SeatFeedHealth seatFeedHealthIndicator(SeatFeed feed, Watchers watchers) {
        return new SeatFeedHealth(feed, watchers);
    }

    @Bean
    MeterBinder feedMeters(Watchers watchers) {
        return registry -> Gauge.builder("ticketing.feed.clients", watchers::count)
                .description("Clients of live seat maps on this node")
                .register(registry);
    }

    @Bean
    Writers webSocketWriters(LiveSettings settings) {
        return new Writers(settings.heartbeat(), settings.sendWithin());
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> smallConnections() {
        return tomcat -> tomcat.addConnectorCustomizers(connector -> {
            connector.setProperty("socket.appReadBufSize", Integer.toString(READ_BUFFER));
            // None is used again: a thread that still writes to a connection that has just ended must not meet another
            // client's.
            connector.setProperty("socket.bufferPool", "0");
        });
    }
}
