package ticketing.api.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandExecutionException;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.ExecutionResult;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import ticketing.messages.Rejection;

/**
 * How many commands this node has carried out, how long each took from its handler to the end of its commit, and what became of it; and how many it has refused,
 * by reason. The meters of a kind of command are made when the first of it comes; from then on one is found by its class alone.
 */
@Component
final class CommandMeters {

    private static final Duration[] BOUNDS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(1_000),
        Duration.ofMillis(5_000)
    };

    private final MeterRegistry registry;
    private final Map<Class<?>, Outcomes> commands = new ConcurrentHashMap<>();
    private final Map<Class<?>, Counter> refusals = new ConcurrentHashMap<>();

    CommandMeters(@Qualifier("localSegment") CommandBus bus, MeterRegistry registry) {
        this.registry = registry;
        // A bean that is an interceptor would be registered by the framework, too.
        MessageHandlerInterceptor<CommandMessage<?>> interceptor = this::handle;
        var _ = bus.registerHandlerInterceptor(interceptor);
    }

    /** @param conflict it lost against another writer, and may be sent again */
    private record Outcomes(Timer done, Timer refused, Timer conflict, Timer failed) {}

    private @Nullable Object handle(UnitOfWork<? extends CommandMessage<?>> unit, InterceptorChain chain)
            throws Exception {
        long begun = System.nanoTime();
        unit.onCleanup(ended -> record(ended, System.nanoTime() - begun));
        return chain.proceed();
    }

    private void record(UnitOfWork<? extends CommandMessage<?>> unit, long nanos) {
        Class<?> type = unit.getMessage().getPayloadType();
        Outcomes outcomes = commands.get(type);
        if (outcomes == null) {
            outcomes = commands.computeIfAbsent(type, this::outcomes);
        }
        outcome(outcomes, unit.getExecutionResult()).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer outcome(Outcomes outcomes, @Nullable ExecutionResult result) {
        if (result == null) {
            return outcomes.failed;
        }
        Throwable failure = failureOf(result);
        return switch (failure) {
            case null -> outcomes.done;
            case ConcurrencyException _, AggregateStreamCreationException _ -> outcomes.conflict;
            case CommandExecutionException refused
            when refused.getDetails().orElse(null) instanceof Rejection rejection -> {
                refusals(rejection.getClass()).increment();
                yield outcomes.refused;
            }
            default -> outcomes.failed;
        };
    }

    private static @Nullable Throwable failureOf(ExecutionResult result) {
        return result.isExceptionResult() ? result.getExceptionResult() : null;
    }

    private Counter refusals(Class<?> rejection) {
        Counter known = refusals.get(rejection);
        return known == null ? refusals.computeIfAbsent(rejection, this::counter) : known;
    }

    private Counter counter(Class<?> rejection) {
        return Counter.builder("ticketing.refusals")
                .description("Commands that were refused")
                .tag("reason", kebab(rejection))
                .register(registry);
    }

    private Outcomes outcomes(Class<?> command) {
        return new Outcomes(
                timer(command, "done"),
                timer(command, "refused"),
                timer(command, "conflict"),
                timer(command, "failed"));
    }

    private Timer timer(Class<?> command, String outcome) {
        return Timer.builder("ticketing.commands")
                .description("Commands, from their handler to the end of their commit")
                .tags("command", kebab(command), "outcome", outcome)
                .serviceLevelObjectives(BOUNDS)
                .register(registry);
    }

    /** {@code SeatTaken} as {@code seat-taken}. */
    private static String kebab(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
