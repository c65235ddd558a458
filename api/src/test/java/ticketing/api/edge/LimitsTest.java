package ticketing.api.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(
        properties = {
            "ticketing.limits.booking.burst=3",
            "ticketing.limits.booking.rate=3",
            "ticketing.limits.booking.per=1h",
            "ticketing.limits.registration.burst=5",
            "ticketing.limits.registration.rate=1",
            "ticketing.limits.registration.per=1h",
            "ticketing.cors.origins=https://app.example"
        })
class LimitsTest extends EdgeTest {

    @Test
    void who_asks_too_often_is_told_when_to_come_back() {
        Somebody one = somebody();
        Somebody other = somebody();
        String wish = "{\"what\":\"seat\"}";
        Answer first = post("/v1/bookings", wish, one.bearer());
        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header("RateLimit-Policy")).isEqualTo("\"booking\";q=3;w=3600");
        assertThat(first.header("RateLimit")).matches("\"booking\";r=2;t=\\d+");
        assertThat(delete("/v1/bookings/b", one.bearer()).status()).isEqualTo(404);
        post("/v1/bookings", wish, one.bearer());
        Answer fourth = post("/v1/bookings", wish, one.bearer());
        assertThat(fourth.problem()).isEqualTo("429 rate-limited");
        assertThat(Integer.parseInt(fourth.header("Retry-After"))).isBetween(1, 1_200);
        assertThat(fourth.header("RateLimit")).matches("\"booking\";r=0;t=\\d+");
        assertThat(fourth.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(get("/v1/bookings", one.bearer()).status())
                .as("reads have their own bucket")
                .isEqualTo(200);
        assertThat(post("/v1/bookings", wish, other.bearer()).status())
                .as("and so has everybody")
                .isEqualTo(201);

        List<String> answers = java.util.stream.IntStream.range(0, 5)
                .mapToObj(_ -> post("/v1/users", "{}").problem())
                .toList();
        assertThat(answers).startsWith("400 validation-failed").endsWith("429 rate-limited");
    }

    @Test
    void an_origin_that_is_configured_is_let_in() {
        Answer allowed = get("/v1/events/e", "Origin", "https://app.example");
        assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        Answer refused = get("/v1/events/e", "Origin", "https://evil.example");
        assertThat(refused.header("Access-Control-Allow-Origin")).isEmpty();
    }
}
