package ticketing.bench;

import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.eventsourcing.eventstore.jpa.DomainEventEntry;
import org.axonframework.eventsourcing.eventstore.jpa.JpaEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jpa.SnapshotEventEntry;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.serialization.json.JacksonSerializer;
import org.hibernate.boot.model.TypeContributions;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.hibernate.service.ServiceRegistry;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.jdbc.VarbinaryJdbcType;
import org.jspecify.annotations.Nullable;

/** Axon as its own starter sets it up on a relational database: the JPA engine, a transaction for each command, an aggregate read from the store each time. No deadlines. */
final class StockAxon implements Contender {

    private static final ThreadLocal<@Nullable EntityManager> CURRENT = new ThreadLocal<>();

    private final AtomicInteger seats = new AtomicInteger();
    private final HikariDataSource dataSource;
    private final EntityManagerFactory entities;
    private final Configuration axon;

    StockAxon(HikariDataSource dataSource) {
        this.dataSource = dataSource;
        this.entities = new HibernatePersistenceConfiguration("stock")
                .managedClasses(DomainEventEntry.class, SnapshotEventEntry.class)
                .property(AvailableSettings.JAKARTA_NON_JTA_DATASOURCE, dataSource)
                .property(AvailableSettings.DIALECT, Bytea.class.getName())
                .property(AvailableSettings.JAKARTA_HBM2DDL_DATABASE_ACTION, "create")
                .createEntityManagerFactory();
        TransactionManager transactions = this::begin;
        this.axon = DefaultConfigurer.defaultConfiguration(false)
                .configureSerializer(_ -> JacksonSerializer.defaultSerializer())
                .configureTransactionManager(_ -> transactions)
                .configureCommandBus(_ -> SimpleCommandBus.builder()
                        .transactionManager(transactions)
                        .build())
                .configureEmbeddedEventStore(configuration -> JpaEventStorageEngine.builder()
                        .entityManagerProvider(() -> Objects.requireNonNull(CURRENT.get()))
                        .transactionManager(transactions)
                        .eventSerializer(configuration.eventSerializer())
                        .snapshotSerializer(configuration.serializer())
                        .build())
                .configureAggregate(Seat.class)
                .start();
    }

    private Transaction begin() {
        EntityManager before = CURRENT.get();
        if (before != null) {
            return new Transaction() {
                @Override
                public void commit() {
                    // Whoever began it does.
                }

                @Override
                public void rollback() {
                    before.getTransaction().setRollbackOnly();
                }
            };
        }
        EntityManager manager = entities.createEntityManager();
        manager.getTransaction().begin();
        CURRENT.set(manager);
        return new Transaction() {
            @Override
            public void commit() {
                CURRENT.remove();
                try (manager) {
                    manager.getTransaction().commit();
                }
            }

            @Override
            public void rollback() {
                CURRENT.remove();
                try (manager) {
                    manager.getTransaction().rollback();
                }
            }
        };
    }

    @Override
    public String name() {
        return "(c) Axon's own JPA engine";
    }

    @Override
    public boolean hold(int caller, int seat) {
        axon.commandGateway()
                .sendAndWait(new HoldSeat(
                        "seat" + seat, "buyer" + caller, Instant.now().plusSeconds(600)));
        return true;
    }

    @Override
    public AtomicInteger seats() {
        return seats;
    }

    @Override
    public void close() {
        axon.shutdown();
        entities.close();
        dataSource.close();
    }

    record HoldSeat(@TargetAggregateIdentifier String seat, String holder, Instant expiresAt) {}

    record SeatHeld(String seat, String holder, Instant expiresAt) {}

    /** A seat in as few lines as the framework allows. */
    static final class Seat {

        @AggregateIdentifier
        private @Nullable String id;

        private @Nullable Instant heldUntil;

        @CommandHandler
        @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
        void handle(HoldSeat command) {
            if (heldUntil != null && heldUntil.isAfter(Instant.now())) {
                throw new IllegalStateException(id + " is taken");
            }
            AggregateLifecycle.apply(new SeatHeld(command.seat(), command.holder(), command.expiresAt()));
        }

        @EventSourcingHandler
        void on(SeatHeld event) {
            id = event.seat();
            heldUntil = event.expiresAt();
        }
    }

    /** Keeps bytes in their row; Hibernate's default would make each a large object. */
    public static final class Bytea extends PostgreSQLDialect {

        @Override
        protected String columnType(int sqlTypeCode) {
            return sqlTypeCode == SqlTypes.BLOB ? "bytea" : super.columnType(sqlTypeCode);
        }

        @Override
        public void contributeTypes(TypeContributions contributions, ServiceRegistry registry) {
            super.contributeTypes(contributions, registry);
            contributions
                    .getTypeConfiguration()
                    .getJdbcTypeRegistry()
                    .addDescriptor(SqlTypes.BLOB, VarbinaryJdbcType.INSTANCE);
        }
    }
}
