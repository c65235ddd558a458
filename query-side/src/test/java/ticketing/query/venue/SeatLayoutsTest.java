package ticketing.query.venue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static ticketing.projections.Happenings.venue;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.SeatMap.Section;
import ticketing.messages.venue.VenueId;
import ticketing.projections.ReadModels;

class SeatLayoutsTest {

    private final AtomicInteger readings = new AtomicInteger();
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Test
    void a_map_that_many_ask_for_at_once_is_drawn_once() {
        try (ReadModels models = new ReadModels()) {
            SeatMap map = new SeatMap(List.of(Section.standing("Floor", 5)));
            models.happened(venue("hall", "Hall", "Köln", 50.9, 6.9, map));
            SeatLayouts layouts = new SeatLayouts(JdbcClient.create(new DelegatingDataSource(models.database()) {
                @Override
                public Connection getConnection() throws SQLException {
                    readings.incrementAndGet();
                    try {
                        assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new SQLException(e);
                    }
                    return super.getConnection();
                }
            }));

            CompletableFuture<@Nullable SeatLayout> first = new CompletableFuture<>();
            Thread.ofPlatform().start(() -> first.complete(layouts.find(new VenueId("hall"), 1)));
            await().until(() -> readings.get() == 1);
            CompletableFuture<@Nullable SeatLayout> second = new CompletableFuture<>();
            Thread late = Thread.ofPlatform().start(() -> second.complete(layouts.find(new VenueId("hall"), 1)));
            await().until(() -> readings.get() > 1
                    || late.getState() == Thread.State.BLOCKED
                    || late.getState() == Thread.State.WAITING);
            goOn.countDown();

            assertThat(first.join()).isNotNull().isSameAs(second.join());
            assertThat(readings).hasValue(1);
            assertThat(layouts.find(new VenueId("hall"), 2)).isNull();
        }
    }
}
