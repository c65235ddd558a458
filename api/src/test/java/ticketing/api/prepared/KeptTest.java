package ticketing.api.prepared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ticketing.messages.show.ShowId;

class KeptTest {

    private static final ShowId SHOW = new ShowId("show");

    private final AtomicLong moment = new AtomicLong();
    private final AtomicInteger made = new AtomicInteger();
    private final Kept<Long> kept = new Kept<>(moment::get);

    private static Prepared answer(String text) {
        return Prepared.changing(text.getBytes(StandardCharsets.UTF_8), '"' + text + '"');
    }

    private Prepared make(@Nullable Prepared before) {
        made.incrementAndGet();
        return answer("at " + moment);
    }

    private String read() {
        return new String(Objects.requireNonNull(kept.get(SHOW, this::make)).plain(), StandardCharsets.UTF_8);
    }

    @Test
    void an_answer_is_made_once_until_something_happens() {
        assertThat(read()).isEqualTo("at 0");
        assertThat(read()).isEqualTo("at 0");
        assertThat(made).hasValue(1);
        moment.set(1);
        assertThat(read()).isEqualTo("at 1");
        assertThat(made).hasValue(2);
    }

    @Test
    void what_was_never_asked_for_is_not_known() {
        assertThat(kept.known(SHOW, this::make)).isNull();
        assertThat(made).hasValue(0);
        read();
        moment.set(1);
        assertThat(Objects.requireNonNull(kept.known(SHOW, this::make)).tag()).isEqualTo("\"at 1\"");
    }

    @Test
    void what_is_gone_is_forgotten() {
        read();
        moment.set(1);
        assertThat(kept.get(SHOW, before -> null)).isNull();
        assertThat(kept.known(SHOW, this::make)).isNull();
    }

    @Test
    void an_answer_that_has_not_changed_stays_the_same_bytes() {
        Prepared first = Objects.requireNonNull(kept.get(SHOW, before -> answer("same")));
        moment.set(1);
        assertThat(kept.get(SHOW, before -> before)).isSameAs(first);
    }

    @Test
    void a_failure_is_not_kept() {
        assertThatThrownBy(() -> kept.get(SHOW, before -> {
                    throw new IllegalStateException("not now");
                }))
                .hasMessage("not now");
        assertThat(read()).isEqualTo("at 0");
    }

    @Test
    void of_all_who_ask_at_once_one_makes_the_answer_and_whoever_asks_after_a_change_gets_it_with_the_change() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<String> first = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> first.complete(new String(
                        Objects.requireNonNull(kept.get(SHOW, before -> {
                                    Prepared answer = make(before);
                                    begun.countDown();
                                    try {
                                        assertThat(goOn.await(10, TimeUnit.SECONDS))
                                                .isTrue();
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                    return answer;
                                }))
                                .plain(),
                        StandardCharsets.UTF_8)));
        await().until(() -> begun.getCount() == 0);
        // While the first is made from what was, something happens; only then the others ask.
        moment.set(1);
        List<Thread> others = new ArrayList<>();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            answers.add(answer);
            others.add(Thread.ofPlatform().start(() -> answer.complete(read())));
        }
        await().until(() -> others.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
        goOn.countDown();

        assertThat(first.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("at 0");
        assertThat(answers)
                .allSatisfy(answer -> assertThat(
                                answer.orTimeout(10, TimeUnit.SECONDS).join())
                        .isEqualTo("at 1"));
        assertThat(made).hasValue(2);
    }
}
