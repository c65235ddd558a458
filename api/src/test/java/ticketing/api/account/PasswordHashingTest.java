package ticketing.api.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import ticketing.api.problem.Problem;

class PasswordHashingTest {

    private static final int CHEAP = 4;

    /** Slow enough that many cannot be done before all of them have asked. */
    private static final int DEAR = 11;

    private static List<String> atOnce(int callers, Callable<String> call) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> answers = new ArrayList<>();
            for (Future<String> answer : threads.invokeAll(
                    IntStream.range(0, callers).mapToObj(_ -> call).toList())) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    @Test
    void a_password_has_its_hash_and_no_other() {
        PasswordHashing hashing = new PasswordHashing(CHEAP);
        String hash = hashing.hash("password1");
        assertThat(hashing.matches("password1", hash)).isTrue();
        assertThat(hashing.matches("password2", hash)).isFalse();
        assertThat(hashing.matches("short", hashing.hash("password"))).isFalse();
        assertThat(hashing.matches("the password of nobody", null)).isFalse();
        hashing.destroy();
    }

    @Test
    void many_at_once_are_hashed_by_few_threads_that_carry_no_requests() throws Exception {
        // Of other tests' programs.
        Set<Thread> others = Thread.getAllStackTraces().keySet();
        PasswordHashing hashing = new PasswordHashing(CHEAP, 2, 100);
        assertThat(atOnce(50, () -> hashing.hash("password1"))).hasSize(50).doesNotHaveDuplicates();
        // Only platform threads are in this list.
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith(PasswordHashing.THREAD) && !others.contains(thread))
                .hasSize(2)
                .allMatch(Thread::isDaemon);
        hashing.destroy();
    }

    @Test
    void who_comes_when_too_many_wait_is_sent_away_at_once() throws Exception {
        PasswordHashing hashing = new PasswordHashing(DEAR, 1, 1);
        List<String> answers = atOnce(20, () -> {
            try {
                return hashing.hash("password1").substring(0, 4);
            } catch (Problem problem) {
                return problem.code().code() + " " + problem.headers().getFirst("Retry-After");
            }
        });
        assertThat(answers).contains("$2a$", "unavailable 5").containsOnly("$2a$", "unavailable 5");
        hashing.destroy();
    }
}
