package ticketing.api.prepared;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.util.DisconnectedClientHelper;
import ticketing.api.problem.Problems;
import ticketing.api.security.RequestCheck;
import ticketing.messages.show.ShowId;

/**
 * Outermost: what millions of strangers read of a show in a rush goes out before a dozen filters and the dispatcher have looked at the request. The same for
 * searches that somebody has just made with the very same words. Only what surely needs none of them: a GET of exactly such a path, or of one that is known with its parameters,
 * without a token or a condition that is not understood here. Everything else goes the ordinary way and
 * gets the same answer there. Request limits hold here too.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class PreparedFilter implements Filter {

    private static final String SHOWS = "/v1/events/";

    /** Paths beside those of shows. */
    private static final Set<String> NO_SHOWS = Set.of("search", "suggest");

    private static final int LONGEST_ID = 64;

    /** Longer ones are hardly asked twice. */
    private static final int LONGEST_QUERY = 1_024;

    private static final List<String> FOR_THE_ORDINARY_WAY =
            List.of(HttpHeaders.AUTHORIZATION, HttpHeaders.IF_MATCH, HttpHeaders.EXPECT, "X-HTTP-Method-Override");

    private final ObjectProvider<PreparedAnswers> kinds;
    private final ObjectProvider<PreparedQueries> queries;
    private final ObjectProvider<RequestCheck> checks;
    private final ObjectProvider<MeterRegistry> metrics;
    private final Problems problems;
    private final StrangersHeaders headers;
    /** Looked for with the first request: filters are made before most of the program. */
    private volatile @Nullable Desk desk;

    PreparedFilter(
            ObjectProvider<PreparedAnswers> kinds,
            ObjectProvider<PreparedQueries> queries,
            ObjectProvider<RequestCheck> checks,
            ObjectProvider<MeterRegistry> metrics,
            Problems problems,
            StrangersHeaders headers) {
        this.kinds = kinds;
        this.queries = queries;
        this.checks = checks;
        this.metrics = metrics;
        this.problems = problems;
        this.headers = headers;
    }

    private record Kind(PreparedAnswers answers, Counter sent) {}

    private record Asking(PreparedQueries answers, Counter sent) {}

    /**
     * @param kinds by what follows the show's identifier in the path
     * @param askings by their paths
     */
    private record Desk(Map<String, Kind> kinds, Map<String, Asking> askings, List<RequestCheck> checks) {}

    private record Found(Prepared answer, Counter sent) {}

    private Desk desk() {
        Desk found = desk;
        if (found == null) {
            MeterRegistry registry = metrics.getIfAvailable(SimpleMeterRegistry::new);
            Map<String, Kind> bySuffix = new HashMap<>();
            kinds.orderedStream()
                    .forEach(kind -> bySuffix.put(
                            kind.suffix(), new Kind(kind, counter(registry, "/v1/events/{id}" + kind.suffix()))));
            Map<String, Asking> byPath = new HashMap<>();
            queries.orderedStream()
                    .forEach(asked -> asked.paths()
                            .forEach(path -> byPath.put(path, new Asking(asked, counter(registry, path)))));
            found = new Desk(bySuffix, byPath, checks.orderedStream().toList());
            desk = found;
        }
        return found;
    }

    private static Counter counter(MeterRegistry registry, String path) {
        return Counter.builder("ticketing.prepared.answers")
                .description("Answers sent as they were kept, which are not among the requests")
                .tag("path", path)
                .register(registry);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest asked && response instanceof HttpServletResponse answer)
                || !answered(asked, answer)) {
            chain.doFilter(request, response);
        }
    }

    private boolean answered(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!request.getRequestURI().startsWith(SHOWS) || !isPlain(request)) {
            return false;
        }
        try {
            Found found = request.getQueryString() == null ? ofShow(request.getRequestURI()) : asked(request);
            if (found == null || !found.answer.guard().begin()) {
                return false;
            }
            try {
                desk().checks.forEach(check -> check.check(request, response));
                headers.write(request, response);
                found.answer.write(request, response);
            } finally {
                found.answer.guard().end();
            }
            found.sent.increment();
            return true;
        } catch (IOException | RuntimeException thrown) {
            if (response.isCommitted() || DisconnectedClientHelper.isClientDisconnectedException(thrown)) {
                throw thrown;
            }
            headers.write(request, response);
            problems.write(response, thrown);
            return true;
        }
    }

    private @Nullable Found ofShow(String path) {
        int end = path.indexOf('/', SHOWS.length());
        String id = end < 0 ? path.substring(SHOWS.length()) : path.substring(SHOWS.length(), end);
        Kind kind = desk().kinds.get(end < 0 ? "" : path.substring(end));
        if (kind == null || NO_SHOWS.contains(id) || !isId(id)) {
            return null;
        }
        Prepared kept = kind.answers.kept(new ShowId(id));
        return kept == null ? null : new Found(kept, kind.sent);
    }

    private @Nullable Found asked(HttpServletRequest request) {
        String query = request.getQueryString();
        Asking asking = desk().askings.get(request.getRequestURI());
        if (asking == null || query.length() > LONGEST_QUERY) {
            return null;
        }
        Prepared kept = asking.answers.kept(request.getRequestURI() + '?' + query);
        return kept == null ? null : new Found(kept, asking.sent);
    }

    private boolean isPlain(HttpServletRequest request) {
        if (!request.getMethod().equals("GET")
                || request.getContentLengthLong() > 0
                || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null) {
            return false;
        }
        for (String header : FOR_THE_ORDINARY_WAY) {
            if (request.getHeader(header) != null) {
                return false;
            }
        }
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return (accept == null
                        || accept.equals(MediaType.ALL_VALUE)
                        || accept.equals(MediaType.APPLICATION_JSON_VALUE)
                        || (accept.contains("*/*") && !accept.contains("q=0")))
                && !headers.dependOn(request);
    }

    /** Nothing that would be read differently after decoding. */
    private static boolean isId(String id) {
        if (id.isEmpty() || id.length() > LONGEST_ID) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) {
                return false;
            }
        }
        return true;
    }
}
