package ticketing.api.live;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.flywaydb.core.Flyway;
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
import org.springframework.core.MethodParameter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import ticketing.api.Cacheable;
import ticketing.api.security.Caller;
import ticketing.api.security.Role;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.venue.VenueId;
import ticketing.projections.ProjectionProgress;
import tools.jackson.databind.json.JsonMapper;

/**
 * A node that does nothing but the live seat map: a web server and the feed behind an event store in memory, and beside them a real PostgreSQL with
 * the tables that are read.
 */
final class LiveNode implements AutoCloseable {

    static final Money PRICE = Money.ofMinorUnits(2500, "EUR");

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

    /** As many seats for sale in each of these sections. */
    void publish(ShowId show, int seats, String... sections) {
        List<PricedSection> priced = new ArrayList<>();
        for (String section : sections) {
            priced.add(new PricedSection(section, priced.size() * seats, seats, PRICE));
        }
        happens(new ShowPublished(show, new VenueId("v1"), 1, priced, Instant.EPOCH));
    }

    void reserve(ShowId show, int seat) {
        happens(new TicketReserved(TicketId.of(show, seat), BookingId.of(show, "1"), PRICE, Instant.EPOCH));
    }

    /** A section of the read model. */
    void section(ShowId show, int ordinal, int firstSeat, int seats, @Nullable String amount) {
        jdbc.sql("""
                INSERT INTO view.section (show_id, section, ordinal, first_seat, seats, amount, currency, position)
                VALUES (?, 'Stalls', ?, ?, ?, ?::numeric, 'EUR', 0)""")
                .param(show.value())
                .param(ordinal)
                .param(firstSeat)
                .param(seats)
                .param(amount)
                .update();
    }

    /** A show of the read model. */
    void show(ShowId show, UserId organizer, ShowStatus status) {
        jdbc.sql("""
                INSERT INTO view.show (show_id, organizer_id, venue_id, status, name, starts_at, details, prices, performer_ids, position)
                VALUES (?, ?, 'v1', ?, 'Night', now(), '{}', '{}', '{}', 0)""").params(show.value(), organizer.value(), status.name()).update();
    }

    /** An event of the database's store, of which nothing but these matters here. */
    void stored(long position, String aggregate, int sequenceNumber, String type, String at) {
        jdbc.sql("""
                INSERT INTO store.domain_event (position, aggregate_identifier, sequence_number, aggregate_type, event_identifier,
                                                payload_type, payload, meta_data, time_stamp)
                VALUES (?, ?, ?, '', '', ?, '', '', ?::timestamptz)""").params(position, aggregate, sequenceNumber, type, at).update();
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
                Flyway.configure()
                        .dataSource(running.getPostgresDatabase())
                        .load()
                        .migrate();
                JdbcClient.create(running.getPostgresDatabase())
                        .sql("UPDATE store.event_head SET epoch = 'epoch1'")
                        .update();
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
    @ComponentScan({"ticketing.api.live", "ticketing.api.problem", "ticketing.projections.seatfeed"})
    static class Node {

        @Bean(destroyMethod = "shutDown")
        EmbeddedEventStore eventStore() {
            return EmbeddedEventStore.builder()
                    .storageEngine(new InMemoryEventStorageEngine(1))
                    .fetchDelay(20)
                    .build();
        }

        @Bean
        JdbcClient jdbcClient() {
            return JdbcClient.create(database());
        }

        @Bean
        JdbcTemplate jdbcTemplate() {
            return new JdbcTemplate(database());
        }

        @Bean
        Progress progress() {
            return new Progress();
        }

        @Bean
        Cacheable cacheable(JsonMapper json) {
            return new Cacheable(json);
        }

        /** Takes whoever sends a request for whom they say they are: {@code Caller: anna ORGANIZER}. */
        @Bean
        WebMvcConfigurer callers() {
            return new WebMvcConfigurer() {
                @Override
                public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                    resolvers.add(new SaidCaller());
                }
            };
        }
    }

    private static final class SaidCaller implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == Caller.class;
        }

        @Override
        public @Nullable Object resolveArgument(
                MethodParameter parameter,
                @Nullable ModelAndViewContainer container,
                NativeWebRequest request,
                @Nullable WebDataBinderFactory binders) {
            String said = request.getHeader("Caller");
            if (said == null) {
                return null;
            }
            int blank = said.indexOf(' ');
            return new Caller(new UserId(said.substring(0, blank)), Set.of(Role.valueOf(said.substring(blank + 1))));
        }
    }
}
