package ticketing.query.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static ticketing.projections.Happenings.TONIGHT;
import static ticketing.projections.Happenings.details;
import static ticketing.projections.Happenings.drafted;
import static ticketing.projections.Happenings.euros;
import static ticketing.projections.Happenings.published;
import static ticketing.projections.Happenings.reserved;
import static ticketing.projections.Happenings.venue;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import ticketing.messages.Money;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.SeatMap.Section;
import ticketing.projections.ReadModels;

class TakenSeatsTest {

    private static final SeatMap MAP = new SeatMap(List.of(Section.standing("Floor", 5)));
    private static final Map<String, Money> PRICES = Map.of("Floor", euros("30"));

    private final ReadModels models = new ReadModels();
    private final AtomicInteger readings = new AtomicInteger();
    private final CountDownLatch goOn = new CountDownLatch(1);

    /** The first reading, of two statements, waits until others have come, and the second fails. */
    private Connection connection(ConnectionSource database) throws SQLException {
        int reading = readings.incrementAndGet();
        if (reading == 1) {
            try {
                assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new SQLException(e);
            }
        } else if (reading == 3) {
            models.happened(reserved("show", 3, "x"));
            throw new SQLException("no line to the database");
        }
        return database.connection();
    }

    private interface ConnectionSource {
        Connection connection() throws SQLException;
    }

    private static Thread ask(TakenSeats taken, CompletableFuture<BitSet> answer) {
        return Thread.ofPlatform().start(() -> {
            try {
                answer.complete(taken.now());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
    }

    private static Stream<BitSet> ifAny(CompletableFuture<BitSet> answer) {
        try {
            return Stream.of(answer.orTimeout(10, TimeUnit.SECONDS).join());
        } catch (CompletionException e) {
            return Stream.of();
        }
    }

    @Test
    void nobody_takes_an_old_reading_for_one_that_failed() {
        models.happened(venue("hall", "Hall", "Köln", 50.9, 6.9, MAP));
        models.happened(
                drafted("show", "hall", details("Show", ShowType.OTHER, TONIGHT), PRICES),
                published("show", "hall", MAP, PRICES));
        TakenSeats taken = new TakenSeats(
                JdbcClient.create(new DelegatingDataSource(models.database()) {
                    @Override
                    public Connection getConnection() throws SQLException {
                        return connection(super::getConnection);
                    }
                }),
                new ShowId("show"));
        CompletableFuture<BitSet> first = new CompletableFuture<>();
        ask(taken, first);
        await().until(() -> readings.get() == 1);
        CompletableFuture<BitSet> second = new CompletableFuture<>();
        CompletableFuture<BitSet> third = new CompletableFuture<>();
        List<Thread> waiting = List.of(ask(taken, second), ask(taken, third));
        await().until(() -> waiting.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
        goOn.countDown();

        assertThat(first.join().isEmpty()).isTrue();
        List<BitSet> later =
                Stream.of(second, third).flatMap(TakenSeatsTest::ifAny).toList();
        assertThat(later).as("one of the two met the fault").hasSize(1);
        assertThat(later.getFirst().get(3)).isTrue();
        models.close();
    }
}
