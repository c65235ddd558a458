package ticketing.api.live;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.util.WebUtils;
import ticketing.messages.Identifier;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.show.ShowId;

/** Looks at a WebSocket while it is still a request, so that a refusal is the same problem document as everywhere else. */
final class SeatHandshake implements HandshakeInterceptor {

    static final String SHOW_IN_PATH = "eventId";

    private final LiveSeats seats;
    private final Watchers watchers;
    private final List<String> origins;
    private final ObjectProvider<HandlerExceptionResolver> problems;

    /** @param origins foreign web origins whose pages may watch, in addition to our own */
    SeatHandshake(
            LiveSeats seats,
            Watchers watchers,
            List<String> origins,
            ObjectProvider<HandlerExceptionResolver> problems) {
        this.seats = seats;
        this.watchers = watchers;
        this.origins = List.copyOf(origins);
        this.problems = problems;
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes)
            throws Exception {
        HttpServletRequest servletRequest = ((ServletServerHttpRequest) request).getServletRequest();
        HttpServletResponse servletResponse = ((ServletServerHttpResponse) response).getServletResponse();
        try {
            look(request, servletRequest, attributes);
            return true;
        } catch (ResponseStatusException | HttpRequestMethodNotSupportedException | Rejected e) {
            if (problems.getObject().resolveException(servletRequest, servletResponse, null, e) == null) {
                throw e;
            }
            return false;
        }
    }

    private void look(ServerHttpRequest request, HttpServletRequest servletRequest, Map<String, Object> attributes)
            throws HttpRequestMethodNotSupportedException {
        if (!servletRequest.getMethod().equals("GET")) {
            throw new HttpRequestMethodNotSupportedException(servletRequest.getMethod(), List.of("GET"));
        }
        if (!"websocket".equalsIgnoreCase(servletRequest.getHeader(HttpHeaders.UPGRADE))) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST);
        }
        // No Origin, no browser: a program may say whatever it likes there anyway.
        if (!WebUtils.isSameOrigin(request)
                && !origins.contains(request.getHeaders().getOrigin())) {
            throw new ResponseStatusException(HttpStatus.FORBIDDEN);
        }
        ShowId showId = showIn(servletRequest);
        watchers.check(servletRequest.getRemoteAddr());
        seats.check(showId);
        attributes.put(SeatSocket.SHOW, showId);
        attributes.put(SeatSocket.ADDRESS, servletRequest.getRemoteAddr());
        LiveSeats.resumeFrom(servletRequest.getParameter("epoch"), servletRequest.getParameter("since"))
                .ifPresent(point -> attributes.put(SeatSocket.RESUME_FROM, point));
    }

    private static ShowId showIn(HttpServletRequest request) {
        String text =
                request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                        ? String.valueOf(variables.get(SHOW_IN_PATH))
                        : "";
        if (!Identifier.isWellFormed(text) || text.indexOf('-') >= 0) {
            throw new Rejected(new Rejection.ShowNotFound(new ShowId("unknown")));
        }
        return new ShowId(text);
    }

    @Override
    public void afterHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            @Nullable Exception exception) {}
}
