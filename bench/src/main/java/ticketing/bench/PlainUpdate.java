package ticketing.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What most would write first: one row a seat, and an UPDATE that finds it available. No events, no end of the hold, no booking. */
final class PlainUpdate implements Contender {

    private final AtomicInteger seats = new AtomicInteger();
    private final HikariDataSource dataSource;
    private final JdbcClient jdbc;

    PlainUpdate(HikariDataSource dataSource, int seats) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        jdbc.sql("CREATE TABLE seat (id int PRIMARY KEY, status text NOT NULL, holder text, expires_at timestamptz)")
                .update();
        jdbc.sql("INSERT INTO seat (id, status) SELECT n, 'available' FROM generate_series(0, ?) AS n")
                .param(seats - 1)
                .update();
        jdbc.sql("VACUUM ANALYZE seat").update();
    }

    @Override
    public String name() {
        return "(a) plain UPDATE … WHERE status = 'available'";
    }

    @Override
    public boolean hold(int caller, int seat) {
        return jdbc.sql(
                                "UPDATE seat SET status = 'held', holder = ?, expires_at = ? WHERE id = ? AND status = 'available'")
                        .params("buyer" + caller, Timestamp.from(Instant.now().plusSeconds(600)), seat)
                        .update()
                == 1;
    }

    @Override
    public AtomicInteger seats() {
        return seats;
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
