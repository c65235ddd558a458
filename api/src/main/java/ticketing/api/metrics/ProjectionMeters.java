package ticketing.api.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.api.node.Nodes;
import ticketing.projections.ProjectionProgress;
import ticketing.projections.bookingview.BookingView;
import ticketing.projections.catalogue.Catalogue;
import ticketing.projections.history.History;
import ticketing.projections.seatfeed.StoreHead;
import ticketing.projections.seatview.SeatView;

/** How far the read models are, told by those who decide and by those who follow: whichever of them is still there. */
@Configuration(proxyBeanMethods = false)
class ProjectionMeters {

    @Bean
    MeterBinder lagMeters(StoreHead store, ProjectionProgress progress) {
        return registry -> {
            for (String group : List.of(Catalogue.GROUP, SeatView.GROUP, BookingView.GROUP, History.GROUP)) {
                Gauge.builder(
                                "ticketing.projection.lag",
                                () -> Math.max(0, store.position() - progress.position(group)))
                        .description("How many events a read model has not seen yet")
                        .tag("projection", group)
                        .register(registry);
            }
        };
    }

    @Bean
    MeterBinder nodeMeters(Nodes nodes) {
        return registry -> Gauge.builder("ticketing.nodes", () -> nodes.others() + 1)
                .description("Processes that share the database, as far as this one sees them")
                .register(registry);
    }
}
