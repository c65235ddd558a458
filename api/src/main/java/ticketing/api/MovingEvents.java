package ticketing.api;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.axonframework.axonserver.connector.AxonServerConfiguration;
import org.axonframework.axonserver.connector.AxonServerConnectionManager;
import org.axonframework.serialization.Serializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;
import ticketing.api.start.StartRefused;
import ticketing.command.axonserver.EventMove;

/**
 * Instead of the program: moves the events from PostgreSQL to an Axon Server ({@code ticketing.move=axon-server}) or back ({@code ticketing.move=postgres}),
 * compares each, says so and ends. Both sides are named as for the program with the profile {@code axon-server}.
 */
@Component
@ConditionalOnProperty(MovingEvents.SETTING)
final class MovingEvents implements ApplicationRunner {

    static final String SETTING = "ticketing.move";

    private static final long TOLD_EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    private final DataSource dataSource;
    private final Serializer serializer;
    private final ObjectProvider<AxonServerConnectionManager> connections;
    private final ObjectProvider<AxonServerConfiguration> settings;
    private final String to;

    MovingEvents(
            DataSource dataSource,
            Serializer serializer,
            ObjectProvider<AxonServerConnectionManager> connections,
            ObjectProvider<AxonServerConfiguration> settings,
            @Value("${" + SETTING + "}") String to) {
        this.dataSource = dataSource;
        this.serializer = serializer;
        this.connections = connections;
        this.settings = settings;
        this.to = to.strip().toLowerCase(Locale.ROOT);
    }

    @Override
    public void run(ApplicationArguments arguments) throws Exception {
        AxonServerConnectionManager manager = connections.getIfAvailable();
        if (manager == null) {
            throw new StartRefused(
                    "TICKETING_MOVE needs both sides: start with SPRING_PROFILES_ACTIVE=axon-server and AXON_SERVER=host.");
        }
        AtomicLong toldAt = new AtomicLong(System.nanoTime());
        EventMove move = new EventMove(
                dataSource,
                manager.getConnection(settings.getObject().getContext()).eventChannel(),
                serializer,
                done -> tell(toldAt, done));
        long moved;
        try {
            moved = switch (to) {
                case "axon-server" -> move.toAxonServer();
                case "postgres" -> move.toPostgres();
                default -> throw new StartRefused("TICKETING_MOVE is axon-server or postgres, and not " + to + ".");
            };
        } catch (EventMove.MoveRefusedException e) {
            throw new StartRefused(e.getMessage() + " Nothing was given up: whoever kept the events still does.", e);
        }
        System.out.println(
                "All " + moved + " events are on both sides, compared one by one. From now on they are kept by "
                        + (to.equals("postgres") ? "PostgreSQL." : "the Axon Server."));
    }

    private static void tell(AtomicLong toldAt, long done) {
        long now = System.nanoTime();
        if (now - toldAt.get() > TOLD_EVERY_NANOS) {
            toldAt.set(now);
            System.out.println(done + " events");
        }
    }
}
