package ticketing.api.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;

/**
 * At most so many requests are worked on at a time; whoever comes beyond that is told at once to come back, before anything is read or decided. Each costs the buffers of its
 * connection and a thread's stack, so that without a bound a crowd that comes in the same second takes more memory than there is, and nobody is served.
 *
 * <p>Not counted: answers that go out as they are kept ({@code ticketing.api.prepared}), those who wait for something to happen (they give their {@link Turn} back, and as many may wait), and what operators
 * ask about the program's health.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class RequestsAtOnce extends OncePerRequestFilter {

    /** Of the heap, for a request with the most that its headers may take, its answer, and what is behind it. */
    private static final long BYTES_EACH = 256 << 10;

    private static final int LEAST = 64;
    private static final int MOST = 16_384;

    private final Semaphore places;
    private final Semaphore waiting;
    private final @Nullable Counter turnedAway;

    /** @param atOnce none: as many as a quarter of a megabyte of heap is there for */
    RequestsAtOnce(
            @Value("${ticketing.requests.at-once:#{null}}") @Nullable Integer atOnce,
            ObjectProvider<MeterRegistry> metrics) {
        int most = atOnce == null ? Math.clamp(Runtime.getRuntime().maxMemory() / BYTES_EACH, LEAST, MOST) : atOnce;
        if (most < 1) {
            throw new IllegalArgumentException("ticketing.requests.at-once is at least 1, not " + most);
        }
        this.places = new Semaphore(most);
        this.waiting = new Semaphore(most);
        MeterRegistry registry = metrics.getIfAvailable();
        if (registry == null) {
            turnedAway = null;
        } else {
            turnedAway = Counter.builder("ticketing.requests.turned.away")
                    .description("Requests refused because too many were worked on")
                    .register(registry);
            Gauge.builder("ticketing.requests.under.way", () -> most - places.availablePermits())
                    .description("Requests that are worked on")
                    .register(registry);
        }
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getRequestURI().startsWith("/actuator/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!places.tryAcquire()) {
            if (turnedAway != null) {
                turnedAway.increment();
            }
            throw new Problem(ProblemCode.OVERLOADED, "Too many at once; nothing was changed. Try again shortly.")
                    .withHeader("Retry-After", "1");
        }
        Turn turn = Turn.taken(request, places, waiting);
        try {
            chain.doFilter(request, response);
        } finally {
            turn.end();
        }
    }
}
