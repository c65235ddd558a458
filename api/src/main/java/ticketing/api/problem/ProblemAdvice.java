package ticketing.api.problem;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ResponseEntity;
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

    @ExceptionHandler(Throwable.class)
    @Nullable
    ResponseEntity<byte[]> answer(Throwable thrown, HttpServletResponse response) {
        if (response.isCommitted() || DisconnectedClientHelper.isClientDisconnectedException(thrown)) {
            return null; // nobody is left to answer, or the answer is already half way out
        }
        return problems.answer(thrown);
    }
}
