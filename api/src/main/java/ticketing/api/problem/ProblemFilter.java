package ticketing.api.problem;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.DisconnectedClientHelper;

/** Outermost: what a filter throws becomes a problem document too, and no body is read beyond its limit. */
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
            chain.doFilter(new LimitedBody(request), response);
        } catch (IOException | ServletException | RuntimeException thrown) {
            if (response.isCommitted() || DisconnectedClientHelper.isClientDisconnectedException(thrown)) {
                throw thrown;
            }
            problems.write(response, thrown);
        }
    }
}
