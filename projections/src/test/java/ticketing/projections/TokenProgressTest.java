package ticketing.projections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.tokenstore.inmemory.InMemoryTokenStore;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.junit.jupiter.api.Test;

class TokenProgressTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(30);

    private final AtomicLong reported = new AtomicLong(-1);
    private final AtomicLong stored = new AtomicLong();
    private final TokenProgress progress = TokenProgress.watching(
            new InMemoryTokenStore(),
            group -> reported.get() < 0 ? OptionalLong.empty() : OptionalLong.of(reported.get()),
            group -> stored.get());

    private void store(long position) {
        progress.storeToken(new GlobalSequenceTrackingToken(position), "view", 0);
    }

    @Test
    void a_token_counts_only_once_its_batch_has_committed() {
        progress.initializeTokenSegments("view", 1);
        DefaultUnitOfWork<?> batch = DefaultUnitOfWork.startAndGet(null);
        store(5);
        assertThat(progress.position("view")).isLessThan(5);
        assertThat(progress.await("view", 5, SHORT)).isFalse();
        batch.commit();
        assertThat(progress.position("view")).isEqualTo(5);
        assertThat(progress.await("view", 5, Duration.ZERO)).isTrue();
        assertThat(progress.await("view", 6, SHORT)).isFalse();
    }

    @Test
    void a_batch_that_rolls_back_moves_nothing() {
        progress.initializeTokenSegments("view", 1);
        DefaultUnitOfWork<?> batch = DefaultUnitOfWork.startAndGet(null);
        store(5);
        batch.rollback();
        assertThat(progress.position("view")).isLessThan(5);
    }

    @Test
    void whoever_waits_is_woken_by_the_commit() {
        // Without being woken this one sees nothing before its time is over.
        TokenProgress sleeper = new TokenProgress(
                new InMemoryTokenStore(), group -> OptionalLong.empty(), group -> 0, Duration.ofHours(1));
        sleeper.initializeTokenSegments("view", 1);
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Thread waiter = Thread.ofPlatform()
                .daemon()
                .start(() -> answer.complete(sleeper.await("view", 7, Duration.ofHours(1))));
        await().until(() -> waiter.getState() == Thread.State.WAITING);
        sleeper.storeToken(new GlobalSequenceTrackingToken(6), "view", 0);
        assertThat(answer).isNotDone();
        sleeper.storeToken(new GlobalSequenceTrackingToken(7), "view", 0);
        assertThat(answer.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
    }

    @Test
    void events_that_a_local_processor_passes_over_count_too() {
        reported.set(3);
        CompletableFuture<Boolean> waiter = CompletableFuture.supplyAsync(() -> progress.await("view", 9, LONG));
        reported.set(9);
        assertThat(waiter.join()).isTrue();
    }

    @Test
    void processors_elsewhere_are_known_by_their_stored_token() {
        stored.set(4);
        assertThat(progress.position("view")).isEqualTo(4);
        CompletableFuture<Boolean> waiter = CompletableFuture.supplyAsync(() -> progress.await("view", 8, LONG));
        stored.set(8);
        assertThat(waiter.join()).isTrue();
    }

    @Test
    void a_replay_goes_back() {
        progress.initializeTokenSegments("view", 1);
        store(100);
        store(0);
        assertThat(progress.await("view", 50, SHORT)).isFalse();
        store(50);
        assertThat(progress.await("view", 50, SHORT)).isTrue();
    }

    @Test
    void what_the_process_that_follows_tells_is_believed_until_it_is_forgotten() {
        stored.set(3);
        TokenProgress sleeper = new TokenProgress(
                new InMemoryTokenStore(), group -> OptionalLong.empty(), group -> stored.get(), Duration.ofHours(1));
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Thread waiter = Thread.ofPlatform()
                .daemon()
                .start(() -> answer.complete(sleeper.await("view", 7, Duration.ofHours(1))));
        await().until(() -> waiter.getState() == Thread.State.WAITING);
        sleeper.told("view", 7);
        assertThat(answer.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
        assertThat(sleeper.position("view")).isEqualTo(7);
        sleeper.forgetTold();
        assertThat(sleeper.position("view")).isEqualTo(3);
    }

    @Test
    void who_follows_here_needs_not_be_told() {
        reported.set(3);
        progress.told("view", 9);
        assertThat(progress.position("view")).isEqualTo(3);
        assertThat(progress.await("view", 9, SHORT)).isFalse();
    }

    @Test
    void a_claim_that_was_given_up_says_nothing_any_more() {
        progress.initializeTokenSegments("view", 1);
        store(5);
        assertThat(progress.position("view")).isEqualTo(5);
        progress.releaseClaim("view", 0);
        assertThat(progress.position("view")).isZero();
    }
}
