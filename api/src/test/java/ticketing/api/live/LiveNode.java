package ticketing.api.live;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.venue.VenueId;
import ticketing.projections.ProjectionProgress;

/**
 * A node that does nothing but the live seat map: a web server and the feed behind an event store in memory, and beside them a real PostgreSQL with
 * the tables that are read.
 */
final class LiveNode implements AutoCloseable {

    static final Money PRICE = Money.ofMinorUnits(2500, "EUR");

    private static final String TABLES = """
            CREATE SCHEMA store;
            CREATE SCHEMA view;
            CREATE TABLE store.event_head (epoch text NOT NULL);
            INSERT INTO store.event_head VALUES ('epoch1');
            CREATE TABLE store.domain_event (position bigint PRIMARY KEY, aggregate_identifier text COLLATE "C" NOT NULL,
                sequence_number bigint NOT NULL, payload_type text NOT NULL, time_stamp timestamptz NOT NULL);
            CREATE TABLE view.show (show_id text PRIMARY KEY, status text NOT NULL, position bigint NOT NULL);
            CREATE TABLE view.section (show_id text NOT NULL, ordinal integer NOT NULL, first_seat integer NOT NULL, seats integer NOT NULL,
                amount numeric, position bigint NOT NULL);
            CREATE TABLE view.seat (show_id text NOT NULL, seat integer NOT NULL, status smallint NOT NULL, position bigint NOT NULL)""";

    private static @Nullable EmbeddedPostgres postgres;

    private final ConfigurableApplicationContext context;
    private final EventStore events;
    private final Progress progress;
    final JdbcClient jdbc;
    final int port;

    private LiveNode(String... properties) {
        Map<String, Object> given = Stream.concat(
                        Stream.of(
                                "spring.config.name=none",
                                "spring.datasource.url=none",
                                "server.port=0",
                                "spring.threads.virtual.enabled=true",
                                "spring.main.banner-mode=off",
                                "server.shutdown=graceful"),
                        Arrays.stream(properties))
                .map(property -> property.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        context = new SpringApplicationBuilder(Node.class).properties(given).run();
        events = context.getBean(EventStore.class);
        progress = context.getBean(Progress.class);
        jdbc = context.getBean(JdbcClient.class);
        port = Integer.parseInt(context.getEnvironment().getProperty("local.server.port", ""));
    }

    static LiveNode start(String... properties) {
        return new LiveNode(properties);
    }

    void happens(Event... happened) {
        for (Event event : happened) {
            events.publish(GenericEventMessage.asEventMessage(event));
        }
    }

    /** Eight seats for sale, then two that are not. */
    void publish(ShowId show) {
        happens(new ShowPublished(
                show,
                new VenueId("v1"),
                1,
                List.of(new PricedSection("Stalls", 0, 8, PRICE), new PricedSection("Closed", 8, 2, null)),
                Instant.EPOCH));
    }

    void reserve(ShowId show, int seat) {
        happens(new TicketReserved(TicketId.of(show, seat), BookingId.of(show, "1"), PRICE, Instant.EPOCH));
    }

    /** Makes the read models claim to have seen everything up to this position. */
    void viewed(long position) {
        progress.position = position;
    }

    int watchers() {
        return context.getBean(Watchers.class).count();
    }

    @Override
    public void close() {
        context.close();
    }

    private static synchronized DataSource database() {
        try {
            EmbeddedPostgres running = postgres;
            if (running == null) {
                running = EmbeddedPostgres.builder().start();
                JdbcClient.create(running.getPostgresDatabase()).sql(TABLES).update();
                postgres = running;
            }
            return running.getPostgresDatabase();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static final class Progress implements ProjectionProgress {
        private final Map<String, Long> positions = new ConcurrentHashMap<>();
        private volatile long position;

        @Override
        public long position(String processingGroup) {
            return positions.getOrDefault(processingGroup, position);
        }

        @Override
        public boolean await(String processingGroup, long wanted, Duration atMost) {
            return position(processingGroup) >= wanted;
        }
    }

    /** Not a component: only this test's contexts know it. */
    @ImportAutoConfiguration({
        TomcatServletWebServerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class,
        HttpMessageConvertersAutoConfiguration.class,
        JacksonAutoConfiguration.class
    })
    @ComponentScan({"ticketing.api.live", "ticketing.projections.seatfeed"})
    static class Node {

        @Bean(destroyMethod = "shutDown")
        EmbeddedEventStore eventStore() {
            return EmbeddedEventStore.builder()
                    .storageEngine(new InMemoryEventStorageEngine(1))
                    .build();
        }

        @Bean
        JdbcClient jdbcClient() {
            return JdbcClient.create(database());
        }

        @Bean
        Progress progress() {
            return new Progress();
        }

        /** Stands in for the one place that turns refusals into problem documents. */
        @Bean
        WebMvcConfigurer refusals() {
            return new WebMvcConfigurer() {
                @Override
                public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
                    resolvers.add(0, (request, response, handler, thrown) -> answer(response, thrown));
                }
            };
        }

        private static @Nullable ModelAndView answer(HttpServletResponse response, Exception thrown) {
            if (!(thrown instanceof Rejected refused)) {
                return null;
            }
            try {
                response.setStatus(404);
                response.setContentType("application/problem+json");
                response.getWriter()
                        .write("{\"detail\":\"" + refused.rejection().message() + "\"}");
                return new ModelAndView();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
