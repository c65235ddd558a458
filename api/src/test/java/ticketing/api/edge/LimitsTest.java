package ticketing.api.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;
import ticketing.api.limits.Limits;

@TestPropertySource(
        properties = {
            "ticketing.limits.booking.burst=3",
            "ticketing.limits.booking.rate=3",
            "ticketing.limits.booking.per=1h",
            "ticketing.limits.registration.burst=5",
            "ticketing.limits.registration.rate=1",
            "ticketing.limits.registration.per=1h",
            "ticketing.limits.wrong-password.burst=2",
            "ticketing.limits.wrong-password.rate=1",
            "ticketing.limits.wrong-password.per=1h",
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

        List<String> answers = IntStream.range(0, 5)
                .mapToObj(_ -> post("/v1/users", "{}").problem())
                .toList();
        assertThat(answers).startsWith("400 validation-failed").endsWith("429 rate-limited");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/login", "/%761/login", "/v1/%6Cogin", "/v1/%6c%6F%67in", "/session", "/%73ession"})
    void an_escaped_path_has_the_limit_of_the_path_it_is_routed_to(String path) {
        Answer answer = post(path, "{}");
        assertThat(answer.problem()).isEqualTo("400 validation-failed");
        assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"login\";q=2000;w=400");
        assertThat(answer.header("RateLimit")).startsWith("\"login\";r=");
    }

    @Test
    void a_guesser_is_told_of_the_limit_that_was_hit() {
        String guess = "{\"email\":\"%s\",\"password\":\"a wrong one\"}".formatted(UUID.randomUUID() + "@example.com");
        Answer first = post("/v1/login", guess);
        assertThat(first.problem()).isEqualTo("401 bad-credentials");
        assertThat(first.header("RateLimit-Policy")).startsWith("\"login\";");
        post("/v1/login", guess);
        Answer third = post("/v1/login", guess);
        assertThat(third.problem()).isEqualTo("429 rate-limited");
        assertThat(third.response().headers().allValues("RateLimit-Policy"))
                .containsExactly("\"wrong-password\";q=2;w=7200");
        assertThat(third.response().headers().allValues("RateLimit"))
                .singleElement()
                .satisfies(limit -> assertThat(limit).matches("\"wrong-password\";r=0;t=\\d+"));
        assertThat(Integer.parseInt(third.header("Retry-After"))).isBetween(1, 3_600);
    }

    @Test
    void of_many_guesses_at_once_no_more_are_looked_at_than_one_by_one() throws Exception {
        String guess = "{\"email\":\"%s\",\"password\":\"a wrong one\"}".formatted(UUID.randomUUID() + "@example.com");
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            Callable<String> one = () -> post("/v1/login", guess).problem();
            List<String> answers = new ArrayList<>();
            for (Future<String> answer :
                    threads.invokeAll(IntStream.range(0, 16).mapToObj(_ -> one).toList())) {
                answers.add(answer.get());
            }
            assertThat(answers).containsOnly("401 bad-credentials", "429 rate-limited");
            assertThat(Collections.frequency(answers, "401 bad-credentials")).isEqualTo(2);
        }
    }

    @Test
    void a_right_password_costs_nothing_of_what_wrong_ones_are_allowed() {
        for (int i = 0; i < 5; i++) {
            assertThat(put(
                                    "/v1/users/me",
                                    "{\"password\":\"correct horse\",\"currentPassword\":\"correct horse\"}",
                                    admin().bearer())
                            .status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:0:1:0:0:0:1, 2001:db8:0:1::ffff, true",
        "2001:db8::1, 2001:db8::2, true",
        "2001:db8:0:1::1, 2001:db8:0:2::1, false",
        "fe80::1%eth0, fe80::2, true",
        "192.0.2.1, 192.0.2.2, false",
        "192.0.2.1, ::ffff:192.0.2.1, true",
        "unknown, unknown, true",
        "unknown, _hidden, false"
    })
    void a_client_is_an_address_or_a_network_of_ipv6(String one, String other, boolean same) {
        assertThat(Limits.networkOf(one).equals(Limits.networkOf(other))).isEqualTo(same);
    }

    @Test
    void an_origin_that_is_configured_is_let_in() {
        Answer allowed = get("/v1/events/e", "Origin", "https://app.example");
        assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        Answer refused = get("/v1/events/e", "Origin", "https://evil.example");
        assertThat(refused.header("Access-Control-Allow-Origin")).isEmpty();
    }
}
