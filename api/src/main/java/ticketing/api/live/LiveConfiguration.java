package ticketing.api.live;

import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import ticketing.api.start.TicketingSettings;
import ticketing.projections.seatfeed.SeatFeed;

/** Puts the live seat map on its paths. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
@EnableConfigurationProperties({LiveSettings.class, TicketingSettings.class})
class LiveConfiguration {

    private static final String JSON = "seats.v1.json";

    @Bean
    LiveSeats liveSeats(SeatFeed feed) {
        return new LiveSeats(feed);
    }

    @Bean
    Watchers watchers(LiveSettings settings, TicketingSettings program) {
        return new Watchers(
                settings.connections(),
                program.rateLimits() ? settings.connectionsPerAddress() : settings.connections());
    }

    @Bean
    SeatFeedHealth seatFeedHealthIndicator(SeatFeed feed, Watchers watchers) {
        return new SeatFeedHealth(feed, watchers);
    }

    @Bean
    WebSocketConfigurer seatSockets(
            LiveSeats seats,
            Watchers watchers,
            LiveSettings settings,
            Environment environment,
            @Qualifier("handlerExceptionResolver") ObjectProvider<HandlerExceptionResolver> problems) {
        // The pages that may call the API are those that may watch.
        List<String> origins = Binder.get(environment)
                .bind("ticketing.cors.origins", Bindable.listOf(String.class))
                .orElse(List.of());
        return registry -> registry.addHandler(
                        new SeatSocket(seats, watchers, settings),
                        "/v1/events/{" + SeatHandshake.SHOW_IN_PATH + "}/seats/live")
                .setHandshakeHandler(handshake())
                .addInterceptors(new SeatHandshake(seats, watchers, origins, problems))
                .setAllowedOrigins(origins.toArray(String[]::new));
    }

    private static DefaultHandshakeHandler handshake() {
        DefaultHandshakeHandler handshake = new DefaultHandshakeHandler() {
            @Override
            protected List<WebSocketExtension> filterRequestedExtensions(
                    ServerHttpRequest request, List<WebSocketExtension> requested, List<WebSocketExtension> supported) {
                // Without compression: it would be done again, and take its own memory, for every one of thousands of
                // watchers.
                return List.of();
            }
        };
        handshake.setSupportedProtocols(JSON);
        return handshake;
    }
}
