package ticketing.api.edge;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.commandhandling.CommandExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.account.PersonalData;
import ticketing.api.idempotency.Idempotency;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.Caller;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;

/** The edge alone, with endpoints that do what the real ones only do on a bad day. A test component, so that no other application scans it. */
@SpringBootConfiguration
@TestComponent
@EnableAutoConfiguration(
        excludeName = {
            "org.axonframework.springboot.autoconfig.AvroSerializerAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonTimeoutAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonDbSchedulerAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonJobRunrAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonServerActuatorAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonServerAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonServerBusAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonTracingAutoConfiguration",
            "org.axonframework.springboot.autoconfig.EventProcessingAutoConfiguration",
            "org.axonframework.springboot.autoconfig.InfraConfiguration",
            "org.axonframework.springboot.autoconfig.InterceptorAutoConfiguration",
            "org.axonframework.springboot.autoconfig.JdbcAutoConfiguration",
            "org.axonframework.springboot.autoconfig.legacyjpa.JpaJavaxAutoConfiguration",
            "org.axonframework.springboot.autoconfig.legacyjpa.JpaJavaxEventStoreAutoConfiguration",
            "org.axonframework.springboot.autoconfig.JpaAutoConfiguration",
            "org.axonframework.springboot.autoconfig.JpaEventStoreAutoConfiguration",
            "org.axonframework.springboot.autoconfig.MetricsAutoConfiguration",
            "org.axonframework.springboot.autoconfig.MicrometerMetricsAutoConfiguration",
            "org.axonframework.springboot.autoconfig.NoOpTransactionAutoConfiguration",
            "org.axonframework.springboot.autoconfig.ObjectMapperAutoConfiguration",
            "org.axonframework.springboot.autoconfig.CBORMapperAutoConfiguration",
            "org.axonframework.springboot.autoconfig.OpenTelemetryAutoConfiguration",
            "org.axonframework.springboot.autoconfig.SecurityAutoConfiguration",
            "org.axonframework.springboot.autoconfig.TransactionAutoConfiguration",
            "org.axonframework.springboot.autoconfig.UpdateCheckerAutoConfiguration",
            "org.axonframework.springboot.autoconfig.XStreamAutoConfiguration"
        })
@ComponentScan({
    "ticketing.api.account",
    "ticketing.api.security",
    "ticketing.api.problem",
    "ticketing.api.idempotency",
    "ticketing.api.limits",
    "ticketing.api.openapi"
})
@EntityScan("ticketing.api.account")
@EnableJpaRepositories("ticketing.api.account")
@Import({EdgeApplication.Catalogue.class, EdgeApplication.Bookings.class, EdgeApplication.Faults.class})
class EdgeApplication {

    @Bean
    PersonalData bookingsOfTest() {
        return user -> Map.of("bookings", List.of(Map.of("of", user)));
    }

    record Details(String name, int seats, Kind kind, List<TicketId> ticketIds, Instant startsAt) {}

    enum Kind {
        CONCERT,
        SPORTS
    }

    record Who(@Nullable String userId, boolean admin) {}

    @RestController
    static class Catalogue {

        @GetMapping("/v1/events/{id}")
        Who event(@PathVariable ShowId id, @Nullable Caller caller) {
            return caller == null ? new Who(null, false) : new Who(caller.id().value(), caller.isAdmin());
        }

        @GetMapping("/v1/venues/{id}")
        Who venue(@PathVariable String id, Optional<Caller> caller) {
            return caller.map(one -> new Who(one.id().value(), one.isAdmin())).orElse(new Who(null, false));
        }

        @GetMapping("/v1/venues")
        int venues(@RequestParam int page) {
            return page;
        }

        @GetMapping("/v1/events/{id}/history")
        String history(@PathVariable String id) {
            return "{}";
        }

        @GetMapping("/v1/events/{id}/availability")
        String availability(@PathVariable String id, @RequestParam(required = false) @Nullable String at) {
            return "{}";
        }

        @PostMapping("/v1/events")
        Details create(Caller caller, @RequestBody Details details) {
            return details;
        }
    }

    @RestController
    static class Bookings {

        static final AtomicInteger RUNS = new AtomicInteger();
        static volatile String name = "";
        static volatile CountDownLatch started = new CountDownLatch(1);
        static volatile CountDownLatch goOn = new CountDownLatch(0);

        private final Idempotency idempotency;

        Bookings(Idempotency idempotency) {
            this.idempotency = idempotency;
        }

        record Wish(String what) {}

        record Booked(int number, String what) {}

        @PostMapping("/v1/bookings")
        ResponseEntity<?> book(
                Caller caller,
                @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
                @RequestBody Wish wish) {
            return idempotency.once(caller, key, wish, unique -> {
                name = unique;
                int run = RUNS.incrementAndGet();
                started.countDown();
                try {
                    if (!goOn.await(10, TimeUnit.SECONDS)) {
                        throw new IllegalStateException("the test never went on");
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return switch (wish.what()) {
                    case "taken" -> throw new Rejected(new Rejection.SeatTaken(List.of(new TicketId("show-1"))));
                    case "broken" -> throw new IllegalStateException("secret inside");
                    case "slow" -> throw new IllegalStateException(new TimeoutException());
                    case "paying" -> throw new Problem(ProblemCode.PAYMENT_IN_PROGRESS, "wait");
                    default ->
                        ResponseEntity.created(java.net.URI.create("/v1/bookings/" + run))
                                .body(new Booked(run, wish.what()));
                };
            });
        }

        @GetMapping("/v1/bookings")
        String mine(Caller caller) {
            return "[]";
        }
    }

    @RestController
    static class Faults {

        private final JdbcClient jdbc;

        Faults(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        @GetMapping("/v1/events/faults/{kind}")
        String fault(@PathVariable String kind) throws Exception {
            throw switch (kind) {
                case "bug" -> new IllegalStateException("secret inside");
                case "remote" -> new CommandExecutionException("no", null, new Rejection.TooManyTickets(9, 8));
                case "wrapped" ->
                    new java.util.concurrent.CompletionException(new Rejected(new Rejection.NotOnSale(
                            new ShowId("show"), "Sale opens later.", Instant.parse("2030-01-01T00:00:00Z"))));
                case "timeout" -> new CommandExecutionException("late", new TimeoutException(), null);
                case "unhandled" -> new org.axonframework.commandhandling.NoHandlerForCommandException("nobody");
                case "57014", "55P03", "40001", "40P01" -> new IllegalStateException(broken(kind));
                case "io" -> new java.io.IOException("secret inside");
                default -> new Problem(ProblemCode.HOLD_EXPIRED, "gone").with("bookingId", "b1");
            };
        }

        /** As the real database says it. */
        private DataAccessException broken(String sqlState) {
            try {
                jdbc.sql("DO $$ BEGIN RAISE EXCEPTION 'secret' USING ERRCODE = '" + sqlState + "'; END $$")
                        .update();
                throw new AssertionError("nothing was raised");
            } catch (DataAccessException e) {
                return e;
            }
        }

        @GetMapping("/v1/events/nul/{text}")
        String unkeepable(@PathVariable String text) {
            return jdbc.sql("SELECT ?").param(text + '\0').query(String.class).single();
        }

        @PutMapping("/v1/venues/{id}")
        String venue(@PathVariable String id, @RequestBody byte[] body) {
            return Integer.toString(body.length);
        }

        @DeleteMapping("/v1/venues/{id}")
        void delete(@PathVariable String id) {}
    }
}
