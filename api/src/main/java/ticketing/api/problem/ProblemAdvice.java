package ticketing.api.problem;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.util.DisconnectedClientHelper;

/** Whatever leaves a controller, or keeps a request from reaching one. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProblemAdvice {

    private final Problems problems;

    ProblemAdvice(Problems problems) {
        this.problems = problems;
    }

    /** Not by returning the answer: Spring would add its headers to those that the request has gathered, where they have to replace them. */
    @ExceptionHandler(Throwable.class)
    void answer(Throwable thrown, HttpServletResponse response) throws IOException {
        if (response.isCommitted() || DisconnectedClientHelper.isClientDisconnectedException(thrown)) {
            return; // nobody is left to answer, or the answer is already half way out
        }
        problems.write(response, thrown);
    }
}
