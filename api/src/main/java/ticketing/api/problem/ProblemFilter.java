package ticketing.api.problem;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.DisconnectedClientHelper;

/** Outermost: what a filter throws becomes a problem document too, no body is read beyond its limit, and parameters that cannot be read go no further. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProblemFilter extends OncePerRequestFilter {

    private final Problems problems;

    ProblemFilter(Problems problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            if (request.getContentLengthLong() > LimitedBody.BYTES) {
                throw LimitedBody.tooLarge();
            }
            requireReadableParameters(request);
            chain.doFilter(new LimitedBody(request), response);
        } catch (IOException | ServletException | RuntimeException thrown) {
            if (response.isCommitted() || DisconnectedClientHelper.isClientDisconnectedException(thrown)) {
                throw thrown;
            }
            problems.write(response, thrown);
        }
    }

    /** Here and not where somebody happens to ask for one, so that the same request gets the same answer on every path and to everybody. */
    private static void requireReadableParameters(HttpServletRequest request) throws IOException {
        String type = request.getContentType();
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            return; // to ask would be to receive files, before it is known whether the sender may send any
        }
        if (request.getCharacterEncoding() == null) {
            request.setCharacterEncoding(StandardCharsets.UTF_8.name());
        }
        request.getParameterMap();
    }
}
