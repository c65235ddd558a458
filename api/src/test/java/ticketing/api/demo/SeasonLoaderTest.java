package ticketing.api.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import ticketing.api.embedded.DataDirectory;
import ticketing.api.embedded.PostgresServer;
import ticketing.messages.Command;
import ticketing.messages.UserId;
import ticketing.messages.performer.PerformerCommand.AddPerformer;
import ticketing.messages.show.ShowCommand.DraftShow;
import ticketing.messages.show.ShowCommand.PublishShow;
import ticketing.messages.venue.VenueCommand.OpenVenue;

/** The loader on Axon's own command bus and a real database; the business behind the bus only counts. */
class SeasonLoaderTest {

    private static final UserId ORGANIZER = new UserId("organizer");
    private static final Instant NOW = Instant.parse("2031-03-14T09:26:53Z");

    @TempDir(cleanup = CleanupMode.NEVER)
    Path temporary;

    private final List<Command> carriedOut = new ArrayList<>();
    private int failAfter = Integer.MAX_VALUE;

    private SingleConnectionDataSource database;
    private DataDirectory directory;
    private PostgresServer server;
    private SeasonProgress progress;
    private SeasonLoader loader;

    @BeforeEach
    void start() {
        directory = DataDirectory.claim(temporary);
        server = PostgresServer.start(
                directory,
                Path.of(System.getProperty("ticketing.embedded.program-dir", "target/programs"))
                        .toAbsolutePath());
        database = new SingleConnectionDataSource(server.jdbcUrl(), server.user(), server.password(), true);
        Flyway.configure().dataSource(database).load().migrate();
        progress = new SeasonProgress(JdbcClient.create(database));
        CommandBus bus = SimpleCommandBus.builder().build();
        for (Class<?> kind : List.of(OpenVenue.class, AddPerformer.class, DraftShow.class, PublishShow.class)) {
            bus.subscribe(kind.getName(), message -> {
                if (carriedOut.size() >= failAfter) {
                    throw new IllegalStateException("out of order");
                }
                return carriedOut.add((Command) message.getPayload());
            });
        }
        loader =
                new SeasonLoader(DefaultCommandGateway.builder().commandBus(bus).build(), progress);
        progress.begin(NOW);
    }

    @AfterEach
    void stop() throws Exception {
        database.close();
        server.close();
        directory.close();
    }

    @Test
    void carries_out_the_whole_season_once() {
        loader.load(progress.read().orElseThrow(), ORGANIZER);
        loader.load(progress.read().orElseThrow(), ORGANIZER);
        assertThat(carriedOut).isEqualTo(Season.commands(NOW, ORGANIZER));
    }

    @Test
    void goes_on_where_an_interrupted_load_ended() {
        failAfter = 105;
        loader.load(progress.read().orElseThrow(), ORGANIZER);
        assertThat(progress.read().orElseThrow().done()).isEqualTo(100);

        carriedOut.subList(100, 105).clear(); // what was not noted is sent again
        failAfter = Integer.MAX_VALUE;
        progress.begin(NOW.plusSeconds(86_400));
        loader.load(progress.read().orElseThrow(), ORGANIZER);
        assertThat(carriedOut).as("with the dates of the first start").isEqualTo(Season.commands(NOW, ORGANIZER));
    }
}
