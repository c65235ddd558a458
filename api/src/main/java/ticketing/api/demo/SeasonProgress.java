package ticketing.api.demo;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How far the season has been loaded; outlives the process. */
@Component
class SeasonProgress {

    private final JdbcClient database;

    SeasonProgress(JdbcClient database) {
        this.database = database;
    }

    /**
     * A season that was begun.
     *
     * @param startedAt from when its dates count
     * @param done how many of its commands have been carried out; the next few may have been, too
     */
    record Begun(Instant startedAt, int done) {}

    Optional<Begun> read() {
        return database.sql("SELECT started_at, done FROM demo.season")
                .query((row, number) -> new Begun(
                        row.getObject("started_at", OffsetDateTime.class).toInstant(), row.getInt("done")))
                .optional();
    }

    void begin(Instant now) {
        database.sql("INSERT INTO demo.season (started_at) VALUES (?) ON CONFLICT DO NOTHING")
                .param(now.atOffset(ZoneOffset.UTC))
                .update();
    }

    void advance(int done) {
        database.sql("UPDATE demo.season SET done = ?").param(done).update();
    }
}
