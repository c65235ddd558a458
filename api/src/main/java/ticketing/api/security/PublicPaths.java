package ticketing.api.security;

import static org.springframework.http.HttpMethod.POST;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** What needs no login. */
public final class PublicPaths {

    public static final String FIND_PAGE = "/";
    public static final String EVENT_PAGES = "/events/**";
    public static final String BOOKING_PAGES = "/bookings/**";
    public static final String TICKETS_PAGE = "/tickets";
    public static final String LOGIN_PAGE = "/login";
    public static final String REGISTER_PAGE = "/register";
    public static final String ORGANIZE_PAGES = "/organize/**";

    /** Reads for everybody, unless {@link #ANALYSIS} says otherwise. */
    static final String[] READS = {
        "/v1/events",
        "/v1/events/**",
        "/v1/venues",
        "/v1/venues/**",
        "/v1/performers",
        "/v1/performers/**",
        "/v1/images/**",
        "/problems",
        "/problems/**",
        "/docs",
        "/docs/**",
        "/swagger-ui/**",
        "/swagger-ui.html",
        "/v3/api-docs",
        "/v3/api-docs/**",
        "/v3/api-docs.yaml",
        "/actuator/health",
        "/actuator/health/**",
        "/actuator/prometheus",
        FIND_PAGE,
        EVENT_PAGES,
        BOOKING_PAGES,
        TICKETS_PAGE,
        LOGIN_PAGE,
        REGISTER_PAGE,
        ORGANIZE_PAGES,
        "/assets/**",
        "/favicon.ico",
        "/robots.txt"
    };

    /** Reads below public paths that are not for everybody. */
    static final String[] ANALYSIS = {"/v1/events/*/history", "/v1/events/*/sales"};

    /** The same, and organizers may read of their own events. */
    static final String[] LOOKING_BACK = {"/v1/events/*/timeline"};

    private static final String[] OWN_PROOF_PATHS = {
        "/v1/users",
        "/v1/login",
        "/v1/login/refresh",
        "/v1/logout",
        "/session",
        "/session/refresh",
        "/session/end",
        "/v1/payments/webhook"
    };

    /** Calls that bring their own proof. A stale access token that a client sends along must not keep it from getting a new one. */
    static final RequestMatcher OWN_PROOF = new OrRequestMatcher(Arrays.stream(OWN_PROOF_PATHS)
            .map(path -> (RequestMatcher) PathPatternRequestMatcher.pathPattern(POST, path))
            .toList());

    private static final List<PathPattern> READ_PATTERNS = parsed(READS);
    private static final List<PathPattern> ANALYSIS_PATTERNS = Stream.concat(
                    parsed(ANALYSIS).stream(), parsed(LOOKING_BACK).stream())
            .toList();

    private PublicPaths() {}

    private static List<PathPattern> parsed(String... patterns) {
        return Arrays.stream(patterns)
                .map(PathPatternParser.defaultInstance::parse)
                .toList();
    }

    /** Whether this path or path template can be called without a token. */
    public static boolean isPublic(String method, String path) {
        PathContainer parsed = PathContainer.parsePath(path);
        if (method.equals(HttpMethod.GET.name()) || method.equals(HttpMethod.HEAD.name())) {
            return READ_PATTERNS.stream().anyMatch(pattern -> pattern.matches(parsed))
                    && ANALYSIS_PATTERNS.stream().noneMatch(pattern -> pattern.matches(parsed));
        }
        return method.equals(POST.name()) && Arrays.asList(OWN_PROOF_PATHS).contains(path);
    }
}
