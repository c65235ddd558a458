package ticketing.api.problem;

import io.swagger.v3.oas.annotations.Hidden;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What the {@code type} of every problem document leads to. */
@RestController
@Hidden
class ProblemPages {

    private static final CacheControl A_DAY =
            CacheControl.maxAge(Duration.ofDays(1)).cachePublic();

    @GetMapping("/problems")
    ResponseEntity<Catalogue> all() {
        return ResponseEntity.ok()
                .cacheControl(A_DAY)
                .body(new Catalogue(
                        Arrays.stream(ProblemCode.values()).map(Description::of).toList()));
    }

    @GetMapping("/problems/{code}")
    ResponseEntity<Description> one(@PathVariable String code) {
        return ProblemCode.of(code)
                .map(known -> ResponseEntity.ok().cacheControl(A_DAY).body(Description.of(known)))
                .orElseThrow(() -> new Problem(ProblemCode.NOT_FOUND, "No problem has this code."));
    }

    record Catalogue(List<Description> problems) {}

    /** @param reserved true for a code that nothing gives yet */
    record Description(String type, String code, int status, String title, String meaning, boolean reserved) {
        static Description of(ProblemCode code) {
            return new Description(
                    code.type(), code.code(), code.status(), code.title(), code.meaning(), code.isReserved());
        }
    }
}
