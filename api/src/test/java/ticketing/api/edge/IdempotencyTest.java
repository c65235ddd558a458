package ticketing.api.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ticketing.api.edge.EdgeApplication.Bookings;

class IdempotencyTest extends EdgeTest {

    private final String key = UUID.randomUUID().toString();

    private Answer book(Somebody who, String what) {
        return post("/v1/bookings", "{\"what\":\"" + what + "\"}", who.bearer("Idempotency-Key", key));
    }

    @AfterEach
    void let_everybody_go_on() {
        Bookings.goOn.countDown();
        Bookings.goOn = new CountDownLatch(0);
        Bookings.started = new CountDownLatch(1);
    }

    @Test
    void the_same_request_happens_once_and_gets_the_same_answer() {
        Somebody one = somebody();
        Answer first = book(one, "seat");
        int runs = Bookings.RUNS.get();
        Answer second = book(one, "seat");
        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.response().body()).isEqualTo(first.response().body());
        assertThat(second.header("Content-Type"))
                .isEqualTo(first.header("Content-Type"))
                .isEqualTo("application/json");
        assertThat(second.header("Location"))
                .isEqualTo(first.header("Location"))
                .isNotEmpty();
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(Bookings.RUNS.get()).isEqualTo(runs);
        assertThat(book(somebody(), "seat").text())
                .as("somebody else's key is another")
                .isNotEqualTo(first.text());
    }

    @Test
    void another_request_under_the_same_key_is_refused() {
        Somebody one = somebody();
        assertThat(book(one, "seat").status()).isEqualTo(201);
        assertThat(book(one, "another").problem()).isEqualTo("422 idempotency-key-reused");
    }

    @Test
    void without_a_key_every_request_happens() {
        Somebody one = somebody();
        String body = "{\"what\":\"seat\"}";
        assertThat(post("/v1/bookings", body, one.bearer()).text())
                .isNotEqualTo(post("/v1/bookings", body, one.bearer()).text());
    }

    @Test
    void a_refusal_is_an_answer_that_stays() {
        Somebody one = somebody();
        Answer first = book(one, "taken");
        int runs = Bookings.RUNS.get();
        Answer second = book(one, "taken");
        assertThat(first.problem()).isEqualTo("409 seat-taken");
        assertThat(second.problem()).isEqualTo("409 seat-taken");
        assertThat(second.response().body()).isEqualTo(first.response().body());
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(Bookings.RUNS.get()).isEqualTo(runs);
    }

    @ParameterizedTest
    @ValueSource(strings = {"broken", "slow", "paying"})
    void what_may_be_otherwise_next_time_is_tried_again(String what) {
        Somebody one = somebody();
        int runs = Bookings.RUNS.get();
        assertThat(book(one, what).problem())
                .isIn("500 internal-error", "504 outcome-unknown", "409 payment-in-progress");
        assertThat(book(one, what).header("Idempotency-Replayed")).isEmpty();
        assertThat(Bookings.RUNS.get()).isEqualTo(runs + 2);
    }

    @Test
    void after_a_fault_the_key_still_belongs_to_its_request() {
        Somebody one = somebody();
        assertThat(book(one, "broken").problem()).isEqualTo("500 internal-error");
        assertThat(book(one, "seat").problem()).isEqualTo("422 idempotency-key-reused");
    }

    @Test
    void what_is_made_under_a_key_has_one_name_for_a_day_and_another_one_afterwards() {
        Somebody one = somebody();
        book(one, "broken");
        age(one, "FREE", 24 * 3600 - 60);
        book(one, "broken");
        String first = Bookings.name;
        assertThat(first).matches("[0-9a-f]{24}");
        book(one, "broken");
        assertThat(Bookings.name).as("the day of the first use counts").isEqualTo(first);
        age(one, "FREE", 24 * 3600 + 1);
        book(one, "broken");
        assertThat(Bookings.name).isNotEqualTo(first);
    }

    @Test
    void while_one_is_running_the_other_is_told_so() throws Exception {
        Somebody one = somebody();
        Bookings.started = new CountDownLatch(1);
        Bookings.goOn = new CountDownLatch(1);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Answer> running = thread.submit(() -> book(one, "seat"));
            assertThat(Bookings.started.await(10, TimeUnit.SECONDS)).isTrue();
            Answer meanwhile = book(one, "seat");
            assertThat(meanwhile.problem()).isEqualTo("409 idempotency-key-in-flight");
            assertThat(meanwhile.header("Retry-After")).isEqualTo("1");
            assertThat(book(one, "another").problem()).isEqualTo("422 idempotency-key-reused");
            Bookings.goOn.countDown();
            assertThat(running.get().status()).isEqualTo(201);
            assertThat(book(one, "seat").text()).isEqualTo(running.get().text());
        }
    }

    @Test
    void of_many_at_once_one_is_carried_out() throws Exception {
        Somebody one = somebody();
        int runs = Bookings.RUNS.get();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            Callable<Answer> book = () -> book(one, "seat");
            for (Future<Answer> answer :
                    threads.invokeAll(IntStream.range(0, 8).mapToObj(_ -> book).toList())) {
                assertThat(answer.get().status()).isIn(201, 409);
            }
        }
        assertThat(Bookings.RUNS.get()).isEqualTo(runs + 1);
    }

    @Test
    void what_a_crashed_process_left_running_is_taken_over_after_half_a_minute() {
        Somebody one = somebody();
        Answer first = book(one, "seat");
        age(one, "RUNNING", 20);
        assertThat(book(one, "seat").problem()).isEqualTo("409 idempotency-key-in-flight");
        age(one, "RUNNING", 31);
        assertThat(book(one, "another").problem()).isEqualTo("422 idempotency-key-reused");
        Answer again = book(one, "seat");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.text()).isNotEqualTo(first.text());
    }

    @Test
    void a_key_is_free_again_after_a_day() {
        Somebody one = somebody();
        book(one, "seat");
        age(one, "DONE", 24 * 3600 + 1);
        assertThat(book(one, "another").status()).isEqualTo(201);
    }

    private void age(Somebody who, String state, int seconds) {
        assertThat(jdbc.sql(
                                "UPDATE account.idempotency SET state = ?, created_at = now() - make_interval(secs => ?), claimed_at = now() - make_interval(secs => ?) WHERE user_id = ?")
                        .params(state, seconds, seconds, who.userId())
                        .update())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a\tb", "x256"})
    void a_key_that_cannot_be_one_is_refused(String bad) {
        String sent = bad.equals("x256") ? "x".repeat(256) : bad;
        Answer answer = post("/v1/bookings", "{\"what\":\"seat\"}", somebody().bearer("Idempotency-Key", sent));
        assertThat(answer.problem()).isEqualTo("400 validation-failed");
        assertThat(answer.json().at("/errors/0/field").asString()).isEqualTo("Idempotency-Key");
    }
}
