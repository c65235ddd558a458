package ticketing.api.show;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import ticketing.api.Cacheable;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What searches have just been answered, as it is sent. Half of all visits are a search, and in a rush it is the same one: of all who ask it within a moment
 * one asks the index, and the others get the bytes that were made for that one. There is nothing in them that belongs to anybody.
 */
@Component
final class SearchAnswers {

    private static final Duration KEPT = Duration.ofSeconds(1);
    private static final int KEPT_BYTES = 32 << 20;

    /** What an entry takes beside its bytes, so that small ones are bounded too. */
    private static final int ENTRY_BYTES = 512;

    /** A little longer than any query may take. */
    private static final long WAIT_SECONDS = 12;

    private final JsonMapper json;
    private final Cache<Object, Prepared> kept;
    /** As many as there are requests, which are bounded where they come in. */
    private final ConcurrentMap<Object, CompletableFuture<Prepared>> asking = new ConcurrentHashMap<>();

    SearchAnswers(JsonMapper json) {
        this.json = json;
        this.kept = Caffeine.newBuilder()
                .expireAfterWrite(KEPT)
                .maximumWeight(KEPT_BYTES)
                .weigher((Object query, Prepared answer) -> answer.json.length + ENTRY_BYTES)
                .build();
    }

    /**
     * An answer as it is sent.
     *
     * @param tag of these bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Prepared(byte[] json, String tag) {}

    /**
     * The answer to this query, at most a second old.
     *
     * @param query equal for all who ask the same
     * @param ask asked by one of all who wait for it
     */
    Prepared recent(Object query, Supplier<?> ask) {
        Prepared found = kept.getIfPresent(query);
        if (found != null) {
            return found;
        }
        CompletableFuture<Prepared> mine = new CompletableFuture<>();
        CompletableFuture<Prepared> asked = asking.putIfAbsent(query, mine);
        return asked == null ? complete(query, mine, ask) : await(asked);
    }

    /** The answer as it is now. */
    Prepared present(Supplier<?> ask) {
        byte[] bytes = json.writeValueAsBytes(ask.get());
        return new Prepared(bytes, Cacheable.tagOf(bytes));
    }

    private Prepared complete(Object query, CompletableFuture<Prepared> mine, Supplier<?> ask) {
        try {
            // Perhaps somebody has completed it since it was looked for.
            Prepared answer = kept.getIfPresent(query);
            if (answer == null) {
                answer = present(ask);
                kept.put(query, answer);
            }
            mine.complete(answer);
            return answer;
        } catch (RuntimeException | Error e) {
            // Whoever waits for it gets the same, and the next one asks again.
            mine.completeExceptionally(e);
            throw e;
        } finally {
            asking.remove(query, mine);
        }
    }

    private static Prepared await(CompletableFuture<Prepared> answer) {
        @Nullable Throwable failure;
        try {
            return answer.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            failure = e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = e;
        } catch (TimeoutException e) {
            failure = e;
        }
        if (failure instanceof RuntimeException known) {
            throw known;
        }
        throw new Problem(ProblemCode.UNAVAILABLE, "The answer took too long; try again shortly.")
                .withHeader("Retry-After", "1");
    }
}
