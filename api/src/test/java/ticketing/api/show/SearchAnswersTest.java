package ticketing.api.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import ticketing.api.prepared.Prepared;
import ticketing.api.problem.Problem;
import tools.jackson.databind.json.JsonMapper;

class SearchAnswersTest {

    private static final int PEOPLE = 50;

    private final SearchAnswers answers = new SearchAnswers(JsonMapper.shared());
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void of_many_who_ask_the_same_one_asks_the_index() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Thread> waiting = new ArrayList<>();
            List<Future<Prepared>> all = new ArrayList<>();
            for (int i = 0; i < PEOPLE; i++) {
                all.add(people.submit(() -> {
                    synchronized (waiting) {
                        waiting.add(Thread.currentThread());
                    }
                    return answers.recent("the same", () -> {
                        asked.incrementAndGet();
                        try {
                            slow.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return List.of("found");
                    });
                }));
            }
            await().until(() -> {
                synchronized (waiting) {
                    return waiting.size() == PEOPLE
                            && waiting.stream().allMatch(one -> one.getState() != Thread.State.RUNNABLE);
                }
            });
            slow.countDown();
            Prepared first = all.getFirst().get();
            assertThat(text(first)).isEqualTo("[\"found\"]");
            for (Future<Prepared> one : all) {
                assertThat(one.get()).isSameAs(first);
            }
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void an_answer_is_kept_when_somebody_has_asked_for_it_a_second_time() {
        AtomicLong clock = new AtomicLong();
        SearchAnswers aging = new SearchAnswers(JsonMapper.shared(), clock::get);
        aging.recent("it", () -> List.of(1));
        Prepared second = aging.recent("it", () -> List.of(2));
        assertThat(text(second)).isEqualTo("[2]");
        assertThat(aging.recent("it", () -> List.of(3))).isSameAs(second);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        Prepared again = aging.recent("it", () -> List.of(4));
        assertThat(text(again)).isEqualTo("[4]");
        assertThat(aging.recent("it", () -> List.of(5)))
                .as("it was renewed, not asked for the first time")
                .isSameAs(again);
    }

    @Test
    void who_asks_two_seconds_later_is_the_first_again() {
        AtomicLong clock = new AtomicLong();
        SearchAnswers aging = new SearchAnswers(JsonMapper.shared(), clock::get);
        aging.recent("it", () -> List.of(1));
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        aging.recent("it", () -> List.of(2));
        assertThat(text(aging.recent("it", () -> List.of(3)))).isEqualTo("[3]");
    }

    @Test
    void while_one_asks_again_the_others_get_the_answer_before() throws Exception {
        AtomicLong clock = new AtomicLong();
        SearchAnswers aging = new SearchAnswers(JsonMapper.shared(), clock::get);
        aging.recent("it", () -> List.of(0));
        Prepared first = aging.recent("it", () -> List.of(1));
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
        assertThat(aging.recent("it", () -> List.of(2))).isSameAs(first);
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
        CountDownLatch asking = new CountDownLatch(1);
        CountDownLatch slow = new CountDownLatch(1);
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Prepared> again = people.submit(() -> aging.recent("it", () -> {
                asking.countDown();
                try {
                    slow.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return List.of(2);
            }));
            asking.await();
            assertThat(aging.recent("it", () -> List.of(3))).isSameAs(first);
            slow.countDown();
            assertThat(again.get()).isNotSameAs(first);
            assertThat(aging.recent("it", () -> List.of(3))).isSameAs(again.get());
        }
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(text(aging.recent("it", () -> List.of(4)))).isEqualTo("[4]");
    }

    @Test
    void who_asks_with_the_same_words_gets_what_is_kept_for_them_as_long_as_it_is_good() throws Exception {
        AtomicLong clock = new AtomicLong();
        SearchAnswers aging = new SearchAnswers(JsonMapper.shared(), clock::get);
        String request = "/v1/events/search?keyword=it";
        assertThat(aging.kept(request)).isNull();
        aging.recent("it", () -> List.of(0));
        aging.remember(request, "it");
        assertThat(aging.kept(request)).as("it was asked once").isNull();
        Prepared first = aging.recent("it", () -> List.of(1));
        assertThat(aging.kept(request)).isSameAs(first);
        assertThat(aging.kept(request + "s")).isNull();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(aging.kept(request)).as("somebody has to ask again").isNull();
        aging.recent("it", () -> {
            assertThat(aging.kept(request)).as("while somebody asks again").isSameAs(first);
            return List.of(2);
        });
        assertThat(text(kept(aging, request))).isEqualTo("[2]");
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(aging.kept(request)).isNull();
    }

    private static String text(Prepared prepared) {
        return new String(prepared.plain(), StandardCharsets.UTF_8);
    }

    private static Prepared kept(SearchAnswers answers, String request) {
        return Objects.requireNonNull(answers.kept(request));
    }

    @Test
    void an_answer_that_has_stayed_the_same_keeps_its_compressed_form() {
        AtomicLong clock = new AtomicLong();
        SearchAnswers aging = new SearchAnswers(JsonMapper.shared(), clock::get);
        aging.recent("it", () -> List.of(0));
        Prepared first = aging.recent("it", () -> List.of(1));
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(aging.recent("it", () -> List.of(1))).isSameAs(first);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(aging.recent("it", () -> List.of(2))).isNotSameAs(first);
    }

    @Test
    void different_queries_have_different_answers_and_tags() {
        answers.recent("one", () -> List.of(1));
        Prepared one = answers.recent("one", () -> List.of(1));
        Prepared other = answers.recent("other", () -> List.of(2));
        assertThat(one.tag()).isNotEqualTo(other.tag());
        assertThat(answers.recent("one", () -> List.of(3))).isSameAs(one);
    }

    @Test
    void a_failure_is_not_kept() {
        assertThatThrownBy(() -> answers.recent("it", () -> {
                    throw new IllegalStateException("out of order");
                }))
                .hasMessage("out of order");
        assertThat(answers.recent("it", () -> List.of(1)).tag()).isNotEmpty();
    }

    @Test
    void a_refusal_reaches_all_who_wait() {
        assertThatThrownBy(() -> answers.recent("it", () -> {
                    throw Problem.invalid("keyword", "is wrong");
                }))
                .isInstanceOf(Problem.class);
    }

    @Test
    void what_is_asked_for_now_is_asked_for_now() {
        answers.recent("it", () -> List.of(1));
        assertThat(text(answers.present(() -> List.of(2)))).isEqualTo("[2]");
    }
}
