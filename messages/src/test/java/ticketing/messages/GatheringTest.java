package ticketing.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GatheringTest {

    private final List<List<String>> queries = new CopyOnWriteArrayList<>();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final List<Thread> askers = new CopyOnWriteArrayList<>();

    private Map<String, String> lengths(List<String> keys) {
        queries.add(List.copyOf(keys));
        if (keys.contains("first") || keys.contains("second")) {
            uninterruptibly(mayAnswer);
        }
        if (keys.contains("broken")) {
            throw new IllegalStateException("no answer");
        }
        return keys.stream()
                .filter(key -> !key.equals("unknown"))
                .collect(Collectors.toMap(Function.identity(), key -> "of " + key));
    }

    private static void uninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // The test itself ends the wait.
            }
        }
    }

    private CompletableFuture<String> ask(Gathering<String, String> read, String key) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread asker = Thread.ofPlatform().start(() -> {
            try {
                answer.complete(read.ask(key));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        askers.add(asker);
        return answer;
    }

    /** As many queries as run at once, each waiting to be let go on. */
    private List<CompletableFuture<String>> keepBusy(Gathering<String, String> read) {
        CompletableFuture<String> first = ask(read, "first");
        await().until(() -> queries.size() == 1);
        CompletableFuture<String> second = ask(read, "second");
        await().until(() -> queries.size() == 2);
        return List.of(first, second);
    }

    private void awaitAllAsleep() {
        await().until(() -> askers.stream()
                .allMatch(asker ->
                        asker.getState() == Thread.State.WAITING || asker.getState() == Thread.State.TIMED_WAITING));
    }

    @Test
    void a_lonely_question_is_a_query_of_its_own_in_the_thread_that_asks() {
        List<Thread> asked = new ArrayList<>();
        Gathering<String, String> read = new Gathering<>(keys -> {
            asked.add(Thread.currentThread());
            return lengths(keys);
        });

        assertThat(read.ask("a")).isEqualTo("of a");
        assertThat(queries).containsExactly(List.of("a"));
        assertThat(asked).containsExactly(Thread.currentThread());
    }

    @Test
    void what_has_no_answer_is_null() {
        assertThat(new Gathering<>(this::lengths).ask("unknown")).isNull();
    }

    @Test
    void those_who_ask_while_all_are_busy_are_answered_together_and_equal_questions_once() {
        Gathering<String, String> read = new Gathering<>(this::lengths);
        keepBusy(read);
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(ask(read, "key" + i % 10));
        }
        awaitAllAsleep();

        mayAnswer.countDown();

        for (int i = 0; i < 20; i++) {
            assertThat(answers.get(i).join()).isEqualTo("of key" + i % 10);
        }
        assertThat(queries).hasSizeLessThanOrEqualTo(4);
        assertThat(queries.stream().flatMap(List::stream).filter(key -> key.startsWith("key")))
                .hasSizeBetween(10, 20);
    }

    @Test
    void a_query_that_fails_fails_for_those_in_it_and_for_nobody_after() {
        Gathering<String, String> read = new Gathering<>(this::lengths);
        List<CompletableFuture<String>> busy = keepBusy(read);
        CompletableFuture<String> broken = ask(read, "broken");
        awaitAllAsleep();

        mayAnswer.countDown();

        assertThatThrownBy(broken::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(busy.getFirst().join()).isEqualTo("of first");
        assertThat(read.ask("after")).isEqualTo("of after");
    }

    @Test
    void who_is_interrupted_gets_the_answer_and_stays_interrupted() {
        Gathering<String, String> read = new Gathering<>(this::lengths);
        keepBusy(read);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread asker = Thread.ofPlatform().start(() -> {
            read.ask("patient");
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        askers.add(asker);
        awaitAllAsleep();

        asker.interrupt();
        mayAnswer.countDown();

        assertThat(interrupted.join()).isTrue();
    }

    @Test
    void more_than_fit_in_one_query_are_all_answered() {
        Gathering<String, String> read = new Gathering<>(this::lengths);
        keepBusy(read);
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            answers.add(ask(read, "many" + i));
        }
        awaitAllAsleep();

        mayAnswer.countDown();

        for (int i = 0; i < 300; i++) {
            assertThat(answers.get(i).join()).isEqualTo("of many" + i);
        }
        assertThat(queries).allSatisfy(keys -> assertThat(keys).hasSizeLessThanOrEqualTo(256));
    }

    @Test
    void an_error_leaves_nobody_behind() {
        Gathering<String, String> read = new Gathering<>(keys -> {
            Map<String, String> found = lengths(keys);
            if (keys.contains("many0")) {
                throw new StackOverflowError();
            }
            return found;
        });
        List<CompletableFuture<String>> busy = keepBusy(read);
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            answers.add(ask(read, "many" + i));
        }
        awaitAllAsleep();

        mayAnswer.countDown();

        assertThat(busy.getFirst().join()).isEqualTo("of first");
        for (CompletableFuture<String> answer : answers) {
            assertThat(answer.handle((found, failure) -> failure == null ? "answered" : "failed")
                            .orTimeout(30, TimeUnit.SECONDS)
                            .join())
                    .isIn("answered", "failed");
        }
        assertThatThrownBy(answers.getFirst()::join).hasCauseInstanceOf(IllegalStateException.class);
    }
}
