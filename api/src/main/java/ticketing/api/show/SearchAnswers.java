package ticketing.api.show;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import ticketing.api.Cacheable;
import ticketing.api.prepared.Prepared;
import ticketing.api.prepared.PreparedQueries;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What searches have just been answered, as it is sent. Half of all visits are a search, and in a rush it is the same one: of all who ask it at the same time
 * one asks the index; what is asked a second time soon after is kept, and whoever comes within a moment gets the bytes that were made for that one. While one asks
 * again, the others get the answer before, if it is not much older. There is nothing in it that belongs to anybody. Who asks with the very words of somebody
 * before gets these bytes before anything else looks at the request.
 */
@Component
final class SearchAnswers implements PreparedQueries {

    /** Where searches are asked for. */
    static final String SEARCH = "/v1/events/search";

    static final String SUGGEST = "/v1/events/suggest";

    private static final Duration FRESH = Duration.ofSeconds(1);
    /** Between the two it is good enough for those who come while somebody asks again. */
    private static final Duration KEPT = Duration.ofSeconds(2);

    private static final int KEPT_BYTES = 32 << 20;

    /** What an entry takes beside its bytes, so that small ones are bounded too. */
    private static final int ENTRY_BYTES = 512;

    private static final int ENTRY_CHARACTERS = 64;

    private static final int MOST_ONCE = 20_000;

    /** What is written differently is no less bounded: each is remembered with its whole length. */
    private static final int REMEMBERED_CHARACTERS = 1 << 20;

    /** As long as somebody asks again within this time. */
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    /** A little longer than any query may take. */
    private static final long WAIT_SECONDS = 12;

    private final JsonMapper json;
    private final Ticker clock;
    private final Cache<Object, Answer> kept;
    /**
     * What has been asked lately. Most are searched for once: to keep their answers would be for nothing, and what lives for a second or two has outlived the
     * cheap collections of the heap.
     */
    private final Cache<Object, Boolean> once;
    /** Which query a request is, as it was written. */
    private final Cache<String, Object> written;
    /** As many as there are requests, which are bounded where they come in. */
    private final ConcurrentMap<Object, CompletableFuture<Prepared>> asking = new ConcurrentHashMap<>();

    @Autowired
    SearchAnswers(JsonMapper json) {
        this(json, Ticker.systemTicker());
    }

    SearchAnswers(JsonMapper json, Ticker clock) {
        this.json = json;
        this.clock = clock;
        this.kept = Caffeine.newBuilder()
                .ticker(clock)
                .expireAfterWrite(KEPT)
                .maximumWeight(KEPT_BYTES)
                .weigher((Object query, Answer answer) -> answer.prepared.weight() + ENTRY_BYTES)
                .build();
        this.once = Caffeine.newBuilder()
                .ticker(clock)
                .expireAfterWrite(KEPT)
                .maximumSize(MOST_ONCE)
                .build();
        this.written = Caffeine.newBuilder()
                .ticker(clock)
                .expireAfterAccess(REMEMBERED)
                .maximumWeight(REMEMBERED_CHARACTERS)
                .weigher((String request, Object query) -> request.length() + ENTRY_CHARACTERS)
                .build();
    }

    /** @param asked when, so that what changed meanwhile is not taken for known */
    private record Answer(Prepared prepared, long asked) {}

    /**
     * The answer to this query, at most a second old; two, while somebody asks again.
     *
     * @param query equal for all who ask the same
     * @param ask asked by one of all who wait for it
     */
    Prepared recent(Object query, Supplier<?> ask) {
        Answer found = kept.getIfPresent(query);
        if (found != null && isFresh(found)) {
            return found.prepared;
        }
        CompletableFuture<Prepared> mine = new CompletableFuture<>();
        CompletableFuture<Prepared> asked = asking.putIfAbsent(query, mine);
        if (asked == null) {
            return complete(query, mine, ask);
        }
        return found == null ? await(asked) : found.prepared;
    }

    @Override
    public Set<String> paths() {
        return Set.of(SEARCH, SUGGEST);
    }

    /**
     * Remembers which query somebody has written so: it was found to be allowed.
     *
     * @param request path and query string as they were sent
     * @param query as in {@link #recent}
     */
    void remember(String request, Object query) {
        written.put(request, query);
    }

    /** As {@link #recent}, where nobody needs to ask for it. */
    @Override
    public @Nullable Prepared kept(String request) {
        Object query = written.getIfPresent(request);
        Answer found = query == null ? null : kept.getIfPresent(query);
        return found != null && (isFresh(found) || asking.containsKey(query)) ? found.prepared : null;
    }

    private boolean isFresh(Answer answer) {
        return clock.read() - answer.asked < FRESH.toNanos();
    }

    /** The answer as it is now. */
    Prepared present(Supplier<?> ask) {
        byte[] bytes = json.writeValueAsBytes(ask.get());
        return Prepared.changing(bytes, Cacheable.tagOf(bytes));
    }

    private Prepared complete(Object query, CompletableFuture<Prepared> mine, Supplier<?> ask) {
        try {
            // Perhaps somebody has completed it since it was looked for.
            Answer answer = kept.getIfPresent(query);
            Prepared prepared = answer != null && isFresh(answer) ? answer.prepared : renewed(query, answer, ask);
            mine.complete(prepared);
            return prepared;
        } catch (RuntimeException | Error e) {
            // Whoever waits for it gets the same, and the next one asks again.
            mine.completeExceptionally(e);
            throw e;
        } finally {
            asking.remove(query, mine);
        }
    }

    private Prepared renewed(Object query, @Nullable Answer before, Supplier<?> ask) {
        long now = clock.read();
        Prepared present = present(ask);
        if (before == null && once.asMap().putIfAbsent(query, true) == null) {
            return present;
        }
        // The one before may have been compressed already.
        Prepared prepared = before != null && before.prepared.tag().equals(present.tag()) ? before.prepared : present;
        kept.put(query, new Answer(prepared, now));
        return prepared;
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
