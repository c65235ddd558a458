package ticketing.projections;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.axonframework.eventhandling.AnnotationEventHandlerAdapter;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventhandling.GenericTrackedEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.ResultMessage;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.axonframework.messaging.unitofwork.RollbackConfigurationType;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.flywaydb.core.Flyway;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import ticketing.messages.Event;
import ticketing.projections.bookingview.BookingView;
import ticketing.projections.catalogue.Catalogue;
import ticketing.projections.seatview.SeatView;

/** The read models over an empty database of a real PostgreSQL, fed as a processor feeds them: in batches, each in one transaction. */
public final class ReadModels implements AutoCloseable {

    /** When everything happens in the tests. */
    public static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final HikariDataSource database;
    private final AnnotationConfigApplicationContext context;
    private final List<AnnotationEventHandlerAdapter> handlers;
    private final List<TrackedEventMessage<?>> stored = new ArrayList<>();

    /** @param packages whose components are there too */
    public ReadModels(String... packages) {
        database = new HikariDataSource(freshDatabase());
        Flyway.configure().dataSource(database).load().migrate();
        context = new AnnotationConfigApplicationContext();
        context.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
        context.registerBean(JdbcTemplate.class, () -> new JdbcTemplate(database));
        context.registerBean(JdbcClient.class, () -> JdbcClient.create(database));
        context.registerBean(JdbcTransactionManager.class, () -> new JdbcTransactionManager(database));
        context.registerBean(Clock.class, () -> Clock.fixed(NOW, ZoneOffset.UTC));
        List<Class<?>> readModels = List.of(Catalogue.class, SeatView.class, BookingView.class);
        context.scan(readModels.stream().map(Class::getPackageName).toArray(String[]::new));
        if (packages.length > 0) {
            context.scan(packages);
        }
        context.refresh();
        handlers = readModels.stream()
                .map(type -> new AnnotationEventHandlerAdapter(context.getBean(type)))
                .toList();
    }

    private static HikariConfig freshDatabase() {
        HikariConfig config = new HikariConfig();
        String name = "test" + DATABASES.incrementAndGet();
        JdbcClient.create(Server.RUNNING.getPostgresDatabase())
                .sql("CREATE DATABASE " + name)
                .update();
        config.setDataSource(Server.RUNNING.getDatabase("postgres", name));
        config.setMaximumPoolSize(4);
        return config;
    }

    /** One for all tests of a process; it ends with the process. */
    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Stores these events and handles them as one batch. */
    public void happened(Event... events) {
        happened(Arrays.asList(events));
    }

    /** Stores these events and handles them as one batch. */
    public void happened(List<? extends Event> events) {
        int from = stored.size();
        for (Event event : events) {
            stored.add(new GenericTrackedEventMessage<>(
                    new GlobalSequenceTrackingToken(stored.size() + 1),
                    GenericEventMessage.<Event>asEventMessage(event)));
        }
        handle(stored.subList(from, stored.size()));
    }

    /** Handles stored events again, in batches of this size, beginning with the one at this position. */
    public void again(int fromPosition, int batchSize) {
        for (int from = fromPosition - 1; from < stored.size(); from += batchSize) {
            handle(stored.subList(from, Math.min(stored.size(), from + batchSize)));
        }
    }

    /** As before a replay: empties every read model. */
    public void reset() {
        handlers.forEach(AnnotationEventHandlerAdapter::prepareReset);
    }

    private void handle(List<TrackedEventMessage<?>> batch) {
        BatchingUnitOfWork<TrackedEventMessage<?>> unit = new BatchingUnitOfWork<>(List.copyOf(batch));
        unit.attachTransaction(new SpringTransactionManager(context.getBean(JdbcTransactionManager.class)));
        ResultMessage<?> result = unit.executeWithResult(
                () -> {
                    for (AnnotationEventHandlerAdapter handler : handlers) {
                        if (handler.canHandle(unit.getMessage())) {
                            handler.handle(unit.getMessage());
                        }
                    }
                    return true;
                },
                RollbackConfigurationType.ANY_THROWABLE);
        if (result.isExceptional()) {
            throw new AssertionError("a read model failed", result.exceptionResult());
        }
    }

    public JdbcClient jdbc() {
        return context.getBean(JdbcClient.class);
    }

    public DataSource database() {
        return database;
    }

    /** All components of the test. */
    public List<Object> components() {
        return Arrays.stream(context.getBeanDefinitionNames())
                .map(context::getBean)
                .filter(bean -> bean.getClass().getName().startsWith("ticketing."))
                .toList();
    }

    @Override
    public void close() {
        context.close();
        database.close();
    }
}
