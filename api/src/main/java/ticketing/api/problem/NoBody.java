package ticketing.api.problem;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refuses what is said in a body that nobody reads. Whoever sends an amount with a refund means it, and must not be answered as if it had been
 * heeded. An empty body and an empty object say nothing and pass.
 */
final class NoBody implements HandlerInterceptor {

    /** Their bodies have no meaning in HTTP at all. */
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    private final JsonMapper json;

    NoBody(JsonMapper json) {
        this.json = json;
    }

    /** A body without a field. */
    private record Nothing() {}

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException, HttpMediaTypeNotSupportedException {
        if (request.getDispatcherType() != DispatcherType.REQUEST
                || READS.contains(request.getMethod())
                || !(handler instanceof HandlerMethod method)
                || Arrays.stream(method.getMethodParameters()).anyMatch(NoBody::readsBody)) {
            return true;
        }
        boolean announced =
                request.getContentLengthLong() > 0 || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
        if (announced && !isJson(request.getContentType())) {
            // Before it is read: of a form the container may have taken the body already.
            throw new HttpMediaTypeNotSupportedException((MediaType) null, List.of(MediaType.APPLICATION_JSON));
        }
        byte[] body = request.getInputStream().readAllBytes(); // it ends in a refusal where it is too long
        if (isBlank(body)) {
            return true;
        }
        try {
            if (json.readValue(body, Nothing.class) == null) {
                throw new Problem(ProblemCode.MALFORMED_JSON, "The body has to be a JSON object, or nothing.");
            }
        } catch (JacksonException e) {
            throw new HttpMessageNotReadableException("not nothing", e, new ServletServerHttpRequest(request));
        }
        return true;
    }

    private static boolean readsBody(MethodParameter parameter) {
        return parameter.hasParameterAnnotation(RequestBody.class)
                || parameter.hasParameterAnnotation(RequestPart.class)
                || HttpServletRequest.class.isAssignableFrom(parameter.getParameterType());
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        try {
            return MediaType.APPLICATION_JSON.isCompatibleWith(MediaType.parseMediaType(contentType));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static boolean isBlank(byte[] body) {
        for (byte b : body) {
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return false;
            }
        }
        return true;
    }
}
