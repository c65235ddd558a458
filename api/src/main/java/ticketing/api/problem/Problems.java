package ticketing.api.problem;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Turns whatever was thrown into the one answer a client gets for it, inside the controllers' world and before it (filters). */
@Component
public final class Problems {

    private final JsonMapper json;
    private final Translation translation = new Translation();

    Problems(JsonMapper json) {
        this.json = json;
    }

    /** The problem this throwable is to a client. A fault of ours is logged under the reference that the client gets; nothing else leaks. */
    public Problem of(Throwable thrown) {
        return translation.of(thrown);
    }

    /** The whole answer: status, headers and document. */
    public ResponseEntity<byte[]> answer(Throwable thrown) {
        Problem problem = of(thrown);
        HttpHeaders headers = new HttpHeaders();
        problem.headers().forEach(headers::addAll);
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return ResponseEntity.status(problem.code().status())
                .headers(headers)
                .body(json.writeValueAsBytes(problem.document()));
    }

    /** Writes the answer where no controller is in sight. Does nothing if an answer is already on its way. */
    public void write(HttpServletResponse response, Throwable thrown) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        ResponseEntity<byte[]> answer = answer(thrown);
        byte[] body = java.util.Objects.requireNonNull(answer.getBody());
        response.resetBuffer();
        response.setStatus(answer.getStatusCode().value());
        answer.getHeaders().forEach((name, values) -> values.forEach(value -> response.setHeader(name, value)));
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }
}
