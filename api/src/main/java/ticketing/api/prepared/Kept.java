package ticketing.api.prepared;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.show.ShowId;

/**
 * Prepared answers of many shows, each good for as long as nothing that could change it has happened: one that was asked for after something was written shows
 * it. Of all who ask while an answer is being made one makes it, and the others wait for that one.
 *
 * @param <M> a moment; two equal ones have nothing between them that could have changed an answer
 */
public final class Kept<M> {

    private static final int KEPT_BYTES = 64 << 20;

    /** What an entry takes beside its bytes, so that small ones are bounded too. */
    private static final int ENTRY_BYTES = 512;

    private static final int LOCKS = 256;
    private static final long WAIT_SECONDS = 5;

    /** @param moment from before the answer was made */
    private record Entry<M>(Prepared answer, M moment) {}

    private final Supplier<M> now;
    private final Cache<ShowId, Entry<M>> entries;
    private final Lock[] making =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(Lock[]::new);

    /** How an answer is made. */
    public interface Maker {
        /**
         * The answer as it is now.
         *
         * @param before the answer as it was, to be given again if nothing has changed
         * @return null if there is none any more
         */
        @Nullable
        Prepared make(@Nullable Prepared before);
    }

    /** @param now the present moment; cheap, because it is asked for with every request */
    public Kept(Supplier<M> now) {
        this.now = now;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(KEPT_BYTES)
                .weigher((ShowId show, Entry<M> entry) -> entry.answer.weight() + ENTRY_BYTES)
                .build();
    }

    /** As {@link #get}, if something has been kept of this show. */
    public @Nullable Prepared known(ShowId show, Maker maker) {
        return entries.getIfPresent(show) == null ? null : get(show, maker);
    }

    /**
     * The answer as it is now.
     *
     * @return null if there is none
     * @throws Problem 503 if it is being made for too long
     */
    public @Nullable Prepared get(ShowId show, Maker maker) {
        Prepared good = good(show);
        if (good != null) {
            return good;
        }
        Lock lock = making[Math.floorMod(show.hashCode(), LOCKS)];
        try {
            if (!lock.tryLock(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw late();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw late();
        }
        try {
            // Perhaps it was made meanwhile, and from what has happened up to now.
            good = good(show);
            return good == null ? make(show, maker) : good;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Prepared good(ShowId show) {
        // Before the moment: what was made later than this is at least as good.
        Entry<M> entry = entries.getIfPresent(show);
        return entry != null && entry.moment.equals(now.get()) ? entry.answer : null;
    }

    private @Nullable Prepared make(ShowId show, Maker maker) {
        Entry<M> before = entries.getIfPresent(show);
        M moment = now.get();
        Prepared answer = maker.make(before == null ? null : before.answer);
        if (answer == null) {
            entries.invalidate(show);
        } else {
            entries.put(show, new Entry<>(answer, moment));
        }
        return answer;
    }

    private static Problem late() {
        return new Problem(ProblemCode.UNAVAILABLE, "The answer took too long; try again shortly.")
                .withHeader("Retry-After", "1");
    }
}
