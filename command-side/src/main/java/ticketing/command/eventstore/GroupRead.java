package ticketing.command.eventstore;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Answers concurrent questions of one kind with few queries, as {@link GroupCommit} does for writes: while some are being answered, the next ones gather.
 * A lonely question is asked at once, by its own thread.
 *
 * @param <T> what is found for a key
 */
final class GroupRead<T> {

    private static final int LARGEST_GROUP = 256;
    /** More would take connections from everybody else. */
    private static final int QUERIES_AT_ONCE = 2;

    private final Function<List<String>, Map<String, T>> query;
    private final T nothing;
    /** Bounded by the number of commands at work, because whoever asks waits. */
    private final Queue<Question> waiting = new ConcurrentLinkedQueue<>();

    private final Semaphore askers = new Semaphore(QUERIES_AT_ONCE);

    /**
     * @param query finds what there is for these keys
     * @param nothing the answer for a key of which it finds nothing
     */
    GroupRead(Function<List<String>, Map<String, T>> query, T nothing) {
        this.query = query;
        this.nothing = nothing;
    }

    /** @throws RuntimeException what the query threw, for everybody whose question was in it */
    T read(String key) {
        Question mine = new Question(key);
        waiting.add(mine);
        boolean interrupted = false;
        while (!mine.answered) {
            // Whose question is in somebody's query has nothing to do but wait.
            if (!mine.taken && askers.tryAcquire()) {
                try {
                    ask();
                } finally {
                    askers.release();
                    // Whoever came while all were busy and went to sleep.
                    Question next = waiting.peek();
                    if (next != null) {
                        LockSupport.unpark(next.asker);
                    }
                }
            } else {
                LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(1));
                // An interrupted thread does not park; the answer is on its way all the same.
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        RuntimeException failure = mine.failure;
        if (failure != null) {
            throw failure;
        }
        T answer = mine.answer;
        return answer == null ? nothing : answer;
    }

    private void ask() {
        List<Question> group = new ArrayList<>();
        for (Question next = waiting.poll(); next != null; next = waiting.poll()) {
            next.taken = true;
            group.add(next);
            if (group.size() == LARGEST_GROUP) {
                break;
            }
        }
        if (group.isEmpty()) {
            return;
        }
        try {
            Map<String, T> found =
                    query.apply(group.stream().map(q -> q.key).distinct().toList());
            group.forEach(question -> question.answer(found.get(question.key), null));
        } catch (RuntimeException e) {
            group.forEach(question -> question.answer(null, e));
        } catch (Error e) {
            group.forEach(
                    question -> question.answer(null, new EventStoreException("The event store cannot be read", e)));
            throw e;
        }
    }

    private final class Question {

        private final String key;
        private final Thread asker = Thread.currentThread();
        private @Nullable T answer;
        private @Nullable RuntimeException failure;
        private volatile boolean taken;
        private volatile boolean answered;

        Question(String key) {
            this.key = key;
        }

        void answer(@Nullable T found, @Nullable RuntimeException why) {
            answer = found;
            failure = why;
            answered = true;
            LockSupport.unpark(asker);
        }
    }
}
