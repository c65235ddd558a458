package ticketing.api.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import ticketing.api.node.ThisNode;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.AccessTokens;
import ticketing.api.security.Caller;
import ticketing.api.security.RequestCheck;
import ticketing.api.start.TicketingSettings;

/**
 * How much one caller may ask in how much time. In memory: a limit need not be exact, and must not cost more than what it protects. Where several nodes share a
 * database, what was spent on all of them is settled there in the background.
 * {@link TicketingSettings#rateLimits()} turns all of them off.
 */
@Component
@EnableConfigurationProperties({LimitSettings.class, TicketingSettings.class})
public final class Limits implements RequestCheck, SmartLifecycle {

    /** Beyond this the callers that were quiet for longest start afresh. */
    private static final int CALLERS = 100_000;

    /** Who has spent this part of a burst here is worth a row in the database. */
    private static final long WORTH_SETTLING = 16;

    private static final int SETTLED_AT_ONCE = 1_000;
    private static final int MOST_UNSETTLED = 20_000;
    private static final int SWEPT_AT_ONCE = 10_000;
    private static final Duration BETWEEN_SETTLEMENTS = Duration.ofMillis(200);
    private static final Logger log = LoggerFactory.getLogger(Limits.class);

    private static final String POLICY = "RateLimit-Policy";
    private static final String STATE = "RateLimit";
    private static final int NETWORK_BYTES = 8;

    private final boolean on;
    private final LimitSettings settings;
    private final Cache<Key, Account> buckets;
    private final @Nullable SharedLimits shared;
    private final Set<Key> unsettled = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Thread settling;

    /** @param self where the program runs as a whole: who may not be alone settles with the other nodes */
    @Autowired
    Limits(TicketingSettings program, LimitSettings settings, ObjectProvider<ThisNode> self, JdbcClient jdbc) {
        this(
                program,
                settings,
                program.rateLimits() && isOneOfSeveral(self.getIfAvailable()) ? new SharedLimits(jdbc) : null);
    }

    private static boolean isOneOfSeveral(@Nullable ThisNode self) {
        return self != null && !self.alone();
    }

    /** @param shared null for a node that is alone */
    Limits(TicketingSettings program, LimitSettings settings, @Nullable SharedLimits shared) {
        this.shared = shared;
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
        ConsumptionProbe probe = spend(limit, who);
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
            ConsumptionProbe probe = spend(limit, who);
            if (!probe.isConsumed()) {
                throw exceeded(limit, probe);
            }
        }
    }

    /** Undoes one {@link #take}. */
    public void giveBack(Limit limit, String who) {
        if (on) {
            Account account = account(new Key(limit, who));
            account.bucket.addTokens(1);
            account.unsettled.decrementAndGet();
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

    private ConsumptionProbe spend(Limit limit, String who) {
        Key key = new Key(limit, who);
        Account account = account(key);
        ConsumptionProbe probe = account.bucket.tryConsumeAndReturnRemaining(1);
        if (shared != null && probe.isConsumed() && account.unsettled.incrementAndGet() >= account.worthSettling) {
            if (unsettled.size() < MOST_UNSETTLED) {
                unsettled.add(key);
            }
        }
        return probe;
    }

    private Account account(Key key) {
        return buckets.get(key, _ -> new Account(settings.of(key.limit)));
    }

    /** What a caller has left here, and what was spent of it that the other nodes do not know of. */
    private static final class Account {

        private final Bucket bucket;
        private final long worthSettling;
        private final AtomicLong unsettled = new AtomicLong();

        Account(LimitSettings.Bucket settings) {
            this.bucket = Bucket.builder()
                    .addLimit(bandwidth ->
                            bandwidth.capacity(settings.burst()).refillGreedy(settings.rate(), settings.per()))
                    .build();
            this.worthSettling = Math.max(1, settings.burst() / WORTH_SETTLING);
        }

        /** @param left on all nodes together, with everything that was spent here but what is unsettled */
        void settled(double left) {
            long here = bucket.getAvailableTokens();
            long everywhere = (long) Math.floor(left) - unsettled.get();
            if (everywhere < here) {
                bucket.consumeIgnoringRateLimits(here - everywhere);
            }
        }
    }

    /** Settles with the other nodes what was spent here, of the first thousand; what cannot be settled now is settled later. */
    void settle() {
        SharedLimits with = shared;
        if (with == null) {
            return;
        }
        List<Account> accounts = new ArrayList<>();
        List<SharedLimits.Spending> spendings = new ArrayList<>();
        for (Iterator<Key> keys = unsettled.iterator(); keys.hasNext() && accounts.size() < SETTLED_AT_ONCE; ) {
            Key key = keys.next();
            keys.remove();
            Account account = buckets.getIfPresent(key);
            if (account != null) {
                accounts.add(account);
                spendings.add(new SharedLimits.Spending(
                        key.limit, key.who, settings.of(key.limit), account.unsettled.getAndSet(0)));
            }
        }
        if (accounts.isEmpty()) {
            return;
        }
        List<Double> left;
        try {
            left = with.settle(spendings);
        } catch (DataAccessException e) {
            for (int i = 0; i < accounts.size(); i++) {
                accounts.get(i).unsettled.addAndGet(spendings.get(i).spent());
            }
            throw e;
        }
        for (int i = 0; i < accounts.size(); i++) {
            accounts.get(i).settled(left.get(i));
        }
    }

    private void settleAgainAndAgain() {
        boolean failing = false;
        while (settling != null) {
            try {
                Thread.sleep(BETWEEN_SETTLEMENTS);
                settle();
                failing = false;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (!failing) {
                    log.warn("Request limits hold for this node alone until the database answers: {}", e.getMessage());
                }
                failing = true;
            }
        }
    }

    /** Forgets whose shared bucket is full again, a bounded number each time. */
    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
    void sweep() {
        if (shared != null) {
            shared.sweep(SWEPT_AT_ONCE);
        }
    }

    @Override
    public void start() {
        if (shared != null && settling == null) {
            // No virtual thread: interrupted at the end, one would break the connection that it reads from.
            Thread thread = Thread.ofPlatform().daemon().name("limits").unstarted(this::settleAgainAndAgain);
            settling = thread;
            thread.start();
        }
    }

    @Override
    public void stop() {
        Thread running = settling;
        settling = null;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return settling != null;
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
