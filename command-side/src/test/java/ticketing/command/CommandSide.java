package ticketing.command;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.springboot.autoconfig.XStreamAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.messages.Command;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingCommand.ReserveBooking;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowCommand.DraftShow;
import ticketing.messages.show.ShowCommand.PublishShow;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowType;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueCommand.OpenVenue;
import ticketing.messages.venue.VenueDetails;
import ticketing.messages.venue.VenueDetails.Address;
import ticketing.messages.venue.VenueDetails.GeoPoint;
import ticketing.messages.venue.VenueId;

/** The whole command side as it runs, alarms included, on a database of its own; only the clock belongs to the test. */
public final class CommandSide implements AutoCloseable {

    public static final UserId ORGANIZER = new UserId("organizer");
    public static final UserId BUYER = new UserId("buyer");
    public static final Money PRICE = Money.ofMinorUnits(4950, "EUR");
    public static final int HOLD_SECONDS = 600;

    private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final TestDatabase database;
    private final String names;
    private final boolean ownDatabase;
    private final SettableClock clock = new SettableClock(START);
    private final ConfigurableApplicationContext context;

    /** @param more beans, beside or before those that are there anyway */
    public CommandSide(Class<?>... more) {
        this(Map.of(), more);
    }

    /** @param settings as Spring properties */
    public CommandSide(Map<String, Object> settings, Class<?>... more) {
        this(new TestDatabase(), true, settings, more);
    }

    /** Another node beside this one, on the same database and, where there is one, the same Axon Server. */
    public CommandSide anotherNode() {
        return new CommandSide(database, false, Map.of());
    }

    private CommandSide(TestDatabase database, boolean ownDatabase, Map<String, Object> settings, Class<?>... more) {
        this.database = database;
        this.ownDatabase = ownDatabase;
        String axonServer = OnAxonServer.Condition.inUse();
        // An Axon Server remembers earlier runs.
        this.names = axonServer == null ? "" : Long.toString(System.currentTimeMillis(), 36) + "x";
        Class<?>[] sources =
                Stream.concat(Stream.of(Assembly.class), Arrays.stream(more)).toArray(Class<?>[]::new);
        context = new SpringApplicationBuilder(sources)
                .web(WebApplicationType.NONE)
                .properties(Map.of(
                        "spring.main.banner-mode",
                        "off",
                        "spring.main.log-startup-info",
                        "false",
                        "axon.timeout.enabled",
                        "false",
                        "axon.update-check.disabled",
                        "true",
                        "logging.level.root",
                        "ERROR"))
                .properties(
                        axonServer == null
                                ? Map.of("axon.axonserver.enabled", "false")
                                : Map.of(
                                        "axon.axonserver.enabled",
                                        "true",
                                        "axon.axonserver.servers",
                                        axonServer,
                                        "axon.axonserver.client-id",
                                        "node" + NAMES.incrementAndGet() + names,
                                        "axon.axonserver.suppress-download-message",
                                        "true"))
                .properties(settings)
                .initializers(application -> {
                    application.getBeanFactory().registerSingleton("database", database);
                    application.getBeanFactory().registerSingleton("testClock", clock);
                })
                .run();
    }

    @EnableAutoConfiguration(exclude = XStreamAutoConfiguration.class)
    @ComponentScan("ticketing.command")
    static class Assembly {

        @Bean
        DataSource dataSource(TestDatabase database) {
            return database.dataSource();
        }

        @Bean
        @Primary
        Clock settableClock(SettableClock testClock) {
            return testClock;
        }

        @Bean
        SoleWriter soleWriter(@Value("${axon.axonserver.enabled}") boolean axonServer) {
            return new SoleWriter(!axonServer);
        }
    }

    public SettableClock clock() {
        return clock;
    }

    public Instant now() {
        return clock.instant();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** For what has no type of its own. */
    public BeanFactory beans() {
        return context.getBeanFactory();
    }

    public JdbcClient jdbc() {
        return database.jdbc();
    }

    /** Sends a command as the edge does and waits for its answer. */
    @SuppressWarnings("TypeParameterUnusedInFormals")
    public <R> @Nullable R send(Command command) {
        return bean(CommandGateway.class).sendAndWait(command, 30, TimeUnit.SECONDS);
    }

    /** What happened to this aggregate, from the beginning. */
    public List<Event> events(String aggregate) {
        return bean(EventStore.class)
                .readEvents(aggregate)
                .asStream()
                .<Event>map(message -> (Event) ((DomainEventMessage<?>) message).getPayload())
                .toList();
    }

    /** Whether nobody will be woken for this booking any more. */
    public boolean quiet() {
        return jdbc().sql("SELECT count(*) FROM store.deadline WHERE due_at <= ?")
                        .param(java.sql.Timestamp.from(now()))
                        .query(Long.class)
                        .single()
                == 0;
    }

    /** A venue of ten seats. */
    public VenueId venue() {
        VenueId venueId = new VenueId("venue" + names + NAMES.incrementAndGet());
        send(new OpenVenue(
                venueId,
                ORGANIZER,
                new VenueDetails(
                        "Hall",
                        new Address("1 Main Street", "Rome", "IT"),
                        new GeoPoint(41, 12),
                        ZoneId.of("Europe/Rome")),
                new SeatMap(List.of(SeatMap.Section.seated("Stalls", List.of(SeatMap.Row.of("A", 10)))))));
        return venueId;
    }

    /** What a show far in the future would say of itself. */
    public ShowDetails details() {
        return new ShowDetails(
                "Show",
                "",
                ShowType.CONCERT,
                List.of(),
                START.plusSeconds(90 * 86_400L),
                null,
                null,
                HOLD_SECONDS,
                8,
                List.of());
    }

    /** A show that is on sale. */
    public ShowId show() {
        ShowId showId = new ShowId("show" + names + NAMES.incrementAndGet());
        send(new DraftShow(showId, ORGANIZER, venue(), details(), Map.of("Stalls", PRICE)));
        send(new PublishShow(showId, ORGANIZER, false));
        return showId;
    }

    /** A hold of these seats. */
    public BookingId hold(ShowId showId, int... seats) {
        BookingId bookingId = BookingId.of(showId, "x" + NAMES.incrementAndGet());
        send(new ReserveBooking(
                bookingId,
                BUYER,
                Arrays.stream(seats).mapToObj(seat -> TicketId.of(showId, seat)).toList()));
        return bookingId;
    }

    @Override
    public void close() {
        context.close();
        if (ownDatabase) {
            database.close();
        }
    }
}
