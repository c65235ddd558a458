package ticketing.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.simple.JdbcClient;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.params.SetParams;

/** The usual design: a lock with an end in Redis, and a row for the hold. What Redis forgets in a crash is sold twice; that is not counted here. */
final class RedisHold implements Contender {

    private static final int CONNECTIONS = 64;
    private static final Duration START_WITHIN = Duration.ofSeconds(10);

    private final Process server;
    private final RedisClient redis;
    private final AtomicInteger seats = new AtomicInteger();
    private final HikariDataSource dataSource;
    private final JdbcClient jdbc;

    private RedisHold(Process server, RedisClient redis, HikariDataSource dataSource) {
        this.server = server;
        this.redis = redis;
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        jdbc.sql("CREATE TABLE hold (seat int PRIMARY KEY, holder text NOT NULL, expires_at timestamptz NOT NULL)")
                .update();
    }

    /** With a server of its own, if there is one to start. */
    static Optional<RedisHold> start(Path directory, HikariDataSource dataSource)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Process server;
        try {
            server = new ProcessBuilder(
                            "redis-server",
                            "--port",
                            Integer.toString(port),
                            "--bind",
                            "127.0.0.1",
                            "--save",
                            "",
                            "--appendonly",
                            "no",
                            "--dir",
                            directory.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("redis.log").toFile())
                    .start();
        } catch (IOException e) {
            dataSource.close();
            return Optional.empty();
        }
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(CONNECTIONS);
        pool.setMaxIdle(CONNECTIONS);
        RedisClient redis = RedisClient.builder()
                .hostAndPort("127.0.0.1", port)
                .poolConfig(pool)
                .build();
        long begun = System.nanoTime();
        while (true) {
            try {
                redis.ping();
                return Optional.of(new RedisHold(server, redis, dataSource));
            } catch (JedisConnectionException e) {
                if (System.nanoTime() - begun > START_WITHIN.toNanos() || !server.isAlive()) {
                    server.destroyForcibly();
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    @Override
    public String name() {
        return "(b) Redis SET NX PX, then one INSERT";
    }

    @Override
    public boolean hold(int caller, int seat) {
        if (redis.set(
                        "seat:" + seat,
                        "buyer" + caller,
                        SetParams.setParams().nx().px(600_000))
                == null) {
            return false;
        }
        return jdbc.sql("INSERT INTO hold (seat, holder, expires_at) VALUES (?, ?, ?)")
                        .params(
                                seat,
                                "buyer" + caller,
                                Timestamp.from(Instant.now().plusSeconds(600)))
                        .update()
                == 1;
    }

    @Override
    public AtomicInteger seats() {
        return seats;
    }

    @Override
    public void close() {
        redis.close();
        server.destroy();
        dataSource.close();
    }
}
