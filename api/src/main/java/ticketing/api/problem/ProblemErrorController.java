package ticketing.api.problem;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The servlet container's error page: errors that were sent past every controller. */
@RestController
@Hidden
class ProblemErrorController implements ErrorController {

    private final Problems problems;

    ProblemErrorController(Problems problems) {
        this.problems = problems;
    }

    @RequestMapping("${spring.web.error.path:${error.path:/error}}")
    ResponseEntity<byte[]> error(HttpServletRequest request) {
        Object thrown = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        if (thrown instanceof Throwable throwable) {
            return problems.answer(throwable);
        }
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        // Somebody who asks for this page itself finds nothing.
        return problems.answer(Translation.ofStatus(status instanceof Integer code ? code : 404));
    }
}
