package ticketing.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.EventProcessor;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Holds of one seat each, with {@value #CALLERS} callers, by different means on the same PostgreSQL with durable commits: in turn, several times, so that what the machine does
 * meanwhile hits all alike.
 */
final class CompareBench {

    private static final int CALLERS = 64;
    private static final int ROUNDS = 5;
    private static final int CONNECTIONS = 16;
    /** More than anybody can hold within all rounds. */
    static final int SEATS = 4_000_000;

    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(90);
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final Duration MEASURED = Duration.ofSeconds(4);

    /** What the fast ones can well bear: percentiles at full speed say more about who is served first than about how long it takes. */
    private static final int SCHEDULED = 4_000;

    private static final Duration ON_SCHEDULE = Duration.ofSeconds(8);

    private final ConfigurableApplicationContext program;
    private final GatewayBench gateway;
    private final Path directory;
    private final Report report;

    CompareBench(ConfigurableApplicationContext program, GatewayBench gateway, Path directory, Report report) {
        this.program = program;
        this.gateway = gateway;
        this.directory = directory;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        List<Contender> contenders = new ArrayList<>();
        try {
            contenders.add(new PlainUpdate(database(program, "plain"), SEATS));
            RedisHold.start(directory.resolve("redis"), database(program, "redis"))
                    .ifPresentOrElse(
                            contenders::add, () -> report.begins("no redis-server on the path: (b) is left out"));
            contenders.add(new StockAxon(database(program, "stock")));
            contenders.add(gateway.contender("(d) ours through the gateway, read models and all"));
            measure(contenders);
            stopReading();
            contenders.set(contenders.size() - 1, gateway.contender("(d) ours, the write side alone, with deadlines"));
            measure(List.of(contenders.getFirst(), contenders.getLast()));
        } finally {
            contenders.forEach(Contender::close);
        }
    }

    private record Entrant(Contender contender, List<Load.Outcome> rounds) {
        Load.Outcome hold(Duration warmUp, Duration measured) throws InterruptedException {
            return CompareBench.hold(contender, warmUp, measured);
        }
    }

    private void measure(List<Contender> contenders) throws InterruptedException {
        List<Entrant> entrants = contenders.stream()
                .map(contender -> new Entrant(contender, new ArrayList<>()))
                .toList();
        for (Entrant entrant : entrants) {
            report.begins("getting warm: " + entrant.contender().name());
            Load.warmUp(CALLERS, LONGEST_WARM_UP, held(entrant.contender()));
        }
        for (int round = 1; round <= ROUNDS; round++) {
            report.begins("round " + round + " of " + ROUNDS);
            for (Entrant entrant : entrants) {
                entrant.rounds().add(entrant.hold(SETTLE, MEASURED));
            }
        }
        double first = Report.median(entrants.getFirst().rounds().stream()
                .map(Load.Outcome::perSecond)
                .toList());
        for (Entrant entrant : entrants) {
            report.compared(entrant.contender().name(), entrant.rounds(), "holds/s", first);
            report.begins("on schedule: " + entrant.contender().name());
            report.load(
                    "on schedule",
                    Load.onSchedule(CALLERS, SCHEDULED, SETTLE, ON_SCHEDULE, held(entrant.contender())),
                    "holds/s",
                    SCHEDULED + " due a second, each measured from when it was due");
        }
    }

    /** Holds one seat after another, with all callers. */
    static Load.Outcome hold(Contender contender, Duration warmUp, Duration measured) throws InterruptedException {
        return Load.run(CALLERS, warmUp, measured, held(contender));
    }

    private static Load.Call held(Contender contender) {
        return caller -> {
            int seat = contender.seats().getAndIncrement();
            if (seat >= SEATS) {
                return false;
            }
            if (!contender.hold(caller, seat)) {
                throw new Inconsistent(contender.name() + ": seat " + seat + " was taken");
            }
            return true;
        };
    }

    /** What a node does that only takes commands: nobody on it follows the events. */
    private void stopReading() {
        program.getBean(EventProcessingConfiguration.class)
                .eventProcessors()
                .values()
                .forEach(EventProcessor::shutDown);
    }

    /** A schema of its own in the program's database, with a pool of its own. */
    static HikariDataSource database(ConfigurableApplicationContext program, String schema) {
        HikariDataSource programs = program.getBean(HikariDataSource.class);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(programs.getJdbcUrl());
        config.setUsername(programs.getUsername());
        config.setPassword(programs.getPassword());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionInitSql("CREATE SCHEMA IF NOT EXISTS " + schema);
        config.setSchema(schema);
        return new HikariDataSource(config);
    }
}
