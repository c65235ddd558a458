package ticketing.api.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.AccessTokens;
import ticketing.api.security.Caller;
import ticketing.api.security.RequestCheck;

/**
 * How much one caller may ask of this node in how much time. In memory: a limit need not be exact, and must not cost more than what it protects.
 * {@code ticketing.rate-limits=false} (TICKETING_RATE_LIMITS in the environment) turns all of them off.
 */
@Component
@EnableConfigurationProperties(LimitSettings.class)
public final class Limits implements RequestCheck {

    /** Beyond this the callers that were quiet for longest start afresh. */
    private static final int CALLERS = 100_000;

    private final boolean on;
    private final LimitSettings settings;
    private final Cache<Key, Bucket> buckets;

    Limits(@Value("${ticketing.rate-limits:${ticketing.rate.limits:true}}") boolean on, LimitSettings settings) {
        this.on = on;
        this.settings = settings;
        Duration fullAgain = Duration.ZERO;
        for (Limit limit : Limit.values()) {
            Duration refill = Duration.ofSeconds(window(settings.of(limit)));
            fullAgain = refill.compareTo(fullAgain) > 0 ? refill : fullAgain;
        }
        // A bucket that has been left alone until it was full again need not be remembered.
        this.buckets = Caffeine.newBuilder()
                .maximumSize(CALLERS)
                .expireAfterAccess(fullAgain.plusSeconds(1))
                .build();
    }

    @Override
    public void check(HttpServletRequest request, HttpServletResponse response) {
        String path = request.getRequestURI();
        if (!on || !path.startsWith("/v1/")) {
            return;
        }
        Limit limit = limitOf(request.getMethod(), path);
        Caller caller = AccessTokens.current();
        String who = switch (limit) {
            case REGISTRATION, LOGIN -> address(request);
            case WRONG_PASSWORD, BOOKING, WRITE, READ -> caller == null ? address(request) : "user " + caller.id();
        };
        LimitSettings.Bucket bucket = settings.of(limit);
        ConsumptionProbe probe = bucket(limit, who).tryConsumeAndReturnRemaining(1);
        response.setHeader("RateLimit-Policy", policy(limit, bucket));
        response.setHeader(
                "RateLimit",
                "\"%s\";r=%d;t=%d"
                        .formatted(
                                limit.policy(), probe.getRemainingTokens(), seconds(probe.getNanosToWaitForReset())));
        if (!probe.isConsumed()) {
            throw exceeded(probe.getNanosToWaitForRefill());
        }
    }

    /**
     * Refuses if nothing is left, and takes nothing.
     *
     * @throws Problem 429 {@code rate-limited}
     */
    public void requireLeft(Limit limit, String who) {
        if (!on) {
            return;
        }
        var estimate = bucket(limit, who).estimateAbilityToConsume(1);
        if (!estimate.canBeConsumed()) {
            throw exceeded(estimate.getNanosToWaitForRefill());
        }
    }

    /** Takes one if there is one. */
    public void take(Limit limit, String who) {
        if (on) {
            bucket(limit, who).tryConsume(1);
        }
    }

    private static Problem exceeded(long nanosToWait) {
        long seconds = Math.max(1, seconds(nanosToWait));
        return new Problem(ProblemCode.RATE_LIMITED, "Too many requests; the next is possible in " + seconds + " s.")
                .withHeader("Retry-After", Long.toString(seconds));
    }

    static Limit limitOf(String method, String path) {
        if (method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS")) {
            return Limit.READ;
        } else if (method.equals("POST") && path.equals("/v1/users")) {
            return Limit.REGISTRATION;
        } else if (path.equals("/v1/login") || path.startsWith("/v1/login/") || path.equals("/v1/logout")) {
            return Limit.LOGIN;
        } else if (path.equals("/v1/bookings") || path.startsWith("/v1/bookings/")) {
            return Limit.BOOKING;
        }
        return Limit.WRITE;
    }

    private Bucket bucket(Limit limit, String who) {
        return buckets.get(new Key(limit, who), _ -> {
            LimitSettings.Bucket bucket = settings.of(limit);
            return Bucket.builder()
                    .addLimit(bandwidth -> bandwidth.capacity(bucket.burst()).refillGreedy(bucket.rate(), bucket.per()))
                    .build();
        });
    }

    private static String policy(Limit limit, LimitSettings.Bucket bucket) {
        return "\"%s\";q=%d;w=%d".formatted(limit.policy(), bucket.burst(), window(bucket));
    }

    /** Seconds in which an empty bucket is full again. */
    private static long window(LimitSettings.Bucket bucket) {
        return Math.max(1, seconds((long)
                ((double) bucket.burst() / bucket.rate() * bucket.per().toNanos())));
    }

    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos + TimeUnit.SECONDS.toNanos(1) - 1);
    }

    /** The client's address; of an IPv6 address its network, because one household has 2^64 of them. */
    private static String address(HttpServletRequest request) {
        String address = request.getRemoteAddr();
        if (address.indexOf(':') < 0) {
            return address;
        }
        String[] parts = address.split(":", -1);
        StringBuilder network = new StringBuilder();
        for (int i = 0; i < Math.min(4, parts.length); i++) {
            network.append(parts[i]).append(':');
        }
        return network.toString();
    }

    private record Key(Limit limit, String who) {}
}
