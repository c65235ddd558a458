package ticketing.command.booking;

import org.axonframework.modelling.command.Repository;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import ticketing.command.AggregateRepositories;

@Configuration(proxyBeanMethods = false)
class BookingConfiguration {

    /** One to two kilobytes each; with a hundred tickets each they would take a quarter of a gigabyte. */
    private static final int MOST_CACHED = 20_000;

    @Bean
    Repository<Booking> bookingRepository(AggregateRepositories repositories) {
        return repositories.of(Booking.class, MOST_CACHED, Booking::isOver);
    }
}
