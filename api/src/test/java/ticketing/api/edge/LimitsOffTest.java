package ticketing.api.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = {"ticketing.rate-limits=false", "ticketing.limits.registration.burst=1"})
class LimitsOffTest extends EdgeTest {

    @Test
    void nobody_is_held_back() {
        for (int i = 0; i < 3; i++) {
            Answer answer = post("/v1/users", "{}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.header("RateLimit")).isEmpty();
        }
    }
}
