package ticketing.api.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.AccessTokens;
import ticketing.api.security.Caller;
import ticketing.api.security.RequestCheck;
import ticketing.api.start.TicketingSettings;

/**
 * How much one caller may ask of this node in how much time. In memory: a limit need not be exact, and must not cost more than what it protects.
 * {@link TicketingSettings#rateLimits()} turns all of them off.
 */
@Component
@EnableConfigurationProperties({LimitSettings.class, TicketingSettings.class})
public final class Limits implements RequestCheck {

    /** Beyond this the callers that were quiet for longest start afresh. */
    private static final int CALLERS = 100_000;

    private static final String POLICY = "RateLimit-Policy";
    private static final String STATE = "RateLimit";
    private static final int NETWORK_BYTES = 8;

    private final boolean on;
    private final LimitSettings settings;
    private final Cache<Key, Bucket> buckets;

    Limits(TicketingSettings program, LimitSettings settings) {
        this.on = program.rateLimits();
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
        String path = routed(request);
        if (!on || !(path.startsWith("/v1/") || isSession(path))) {
            return;
        }
        Limit limit = limitOf(request.getMethod(), path);
        Caller caller = AccessTokens.current();
        String who = switch (limit) {
            case REGISTRATION, LOGIN -> networkOf(request.getRemoteAddr());
            case WRONG_PASSWORD, BOOKING, WRITE, READ ->
                caller == null ? networkOf(request.getRemoteAddr()) : "user " + caller.id();
        };
        ConsumptionProbe probe = bucket(limit, who).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            throw exceeded(limit, probe);
        }
        response.setHeader(POLICY, policy(limit));
        response.setHeader(STATE, state(limit, probe));
    }

    /** The path as it is routed: decoded, or every path would have aliases without a limit. */
    private static String routed(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return rest == null ? request.getServletPath() : request.getServletPath() + rest;
    }

    /**
     * Takes one. Whoever learns only afterwards whether it was to be taken takes it first and gives it back then: of many who ask at once, no more than
     * the limit get beyond this.
     *
     * @throws Problem 429 {@code rate-limited} if none is left
     */
    public void take(Limit limit, String who) {
        if (on) {
            ConsumptionProbe probe = bucket(limit, who).tryConsumeAndReturnRemaining(1);
            if (!probe.isConsumed()) {
                throw exceeded(limit, probe);
            }
        }
    }

    /** Undoes one {@link #take}. */
    public void giveBack(Limit limit, String who) {
        if (on) {
            bucket(limit, who).addTokens(1);
        }
    }

    /** Carries the headers of the limit that was hit, which need not be the one that the request as such falls under. */
    private Problem exceeded(Limit limit, ConsumptionProbe probe) {
        long seconds = Math.max(1, seconds(probe.getNanosToWaitForRefill()));
        return new Problem(ProblemCode.RATE_LIMITED, "Too many requests; the next is possible in " + seconds + " s.")
                .withHeader("Retry-After", Long.toString(seconds))
                .withHeader(POLICY, policy(limit))
                .withHeader(STATE, state(limit, probe));
    }

    static Limit limitOf(String method, String path) {
        if (method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS")) {
            return Limit.READ;
        } else if (method.equals("POST") && path.equals("/v1/users")) {
            return Limit.REGISTRATION;
        } else if (path.equals("/v1/login")
                || path.startsWith("/v1/login/")
                || path.equals("/v1/logout")
                || isSession(path)) {
            return Limit.LOGIN;
        } else if (path.equals("/v1/bookings") || path.startsWith("/v1/bookings/")) {
            return Limit.BOOKING;
        }
        return Limit.WRITE;
    }

    /** The login of our own pages. */
    private static boolean isSession(String path) {
        return path.equals("/session") || path.startsWith("/session/");
    }

    private Bucket bucket(Limit limit, String who) {
        return buckets.get(new Key(limit, who), _ -> {
            LimitSettings.Bucket bucket = settings.of(limit);
            return Bucket.builder()
                    .addLimit(bandwidth -> bandwidth.capacity(bucket.burst()).refillGreedy(bucket.rate(), bucket.per()))
                    .build();
        });
    }

    private String policy(Limit limit) {
        LimitSettings.Bucket bucket = settings.of(limit);
        return "\"%s\";q=%d;w=%d".formatted(limit.policy(), bucket.burst(), window(bucket));
    }

    private static String state(Limit limit, ConsumptionProbe probe) {
        return "\"%s\";r=%d;t=%d"
                .formatted(limit.policy(), probe.getRemainingTokens(), seconds(probe.getNanosToWaitForReset()));
    }

    /** Seconds in which an empty bucket is full again. */
    private static long window(LimitSettings.Bucket bucket) {
        return Math.max(1, seconds((long)
                ((double) bucket.burst() / bucket.rate() * bucket.per().toNanos())));
    }

    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos + TimeUnit.SECONDS.toNanos(1) - 1);
    }

    /**
     * What counts as one client: an IPv4 address; of an IPv6 address its /64 network, because one household has 2^64 addresses.
     *
     * @param address in any of its spellings; anything that is no address stands for itself
     */
    public static String networkOf(String address) {
        InetAddress parsed;
        try {
            int zone = address.indexOf('%');
            parsed = InetAddress.ofLiteral(zone < 0 ? address : address.substring(0, zone));
        } catch (IllegalArgumentException e) {
            return address;
        }
        byte[] bytes = parsed.getAddress();
        return bytes.length <= NETWORK_BYTES
                ? parsed.getHostAddress()
                : HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES);
    }

    private record Key(Limit limit, String who) {}
}
