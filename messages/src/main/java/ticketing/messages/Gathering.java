package ticketing.messages;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers concurrent questions of one kind together: while some are being answered, the next ones gather. A lonely question is asked at once, by the thread
 * that asks; of a crowd, one asks for many. So a crowd pays for a few round trips to a database instead of one each, and nobody waits for company.
 *
 * @param <Q> the questions; equal ones that are asked together get the same answer
 * @param <A> the answers
 */
public final class Gathering<Q, A> {

    private static final int LARGEST_GROUP = 256;
    /** More would take connections from everybody else. */
    private static final int GROUPS_AT_ONCE = 2;

    private final Function<List<Q>, Map<Q, A>> answers;
    /** Bounded by the number of threads that ask, because whoever asks waits. */
    private final Queue<Question> waiting = new ConcurrentLinkedQueue<>();

    private final Semaphore askers = new Semaphore(GROUPS_AT_ONCE);

    /** @param answers to different questions, at most 256 at a time; a question without an answer may be left out. Is called by two threads at once at most. */
    public Gathering(Function<List<Q>, Map<Q, A>> answers) {
        this.answers = answers;
    }

    /**
     * Asks, and waits for the answer; whoever answers begins after this was called.
     *
     * @return null if there is none
     * @throws RuntimeException what answering threw, for everybody whose question was in it
     */
    public @Nullable A ask(Q question) {
        Question mine = new Question(question);
        waiting.add(mine);
        boolean interrupted = false;
        while (!mine.answered) {
            // Whose question is in somebody's query has nothing to do but wait.
            if (!mine.taken && askers.tryAcquire()) {
                try {
                    askTogether();
                } finally {
                    askers.release();
                    // Whoever came while all were busy and went to sleep.
                    Question next = waiting.peek();
                    if (next != null) {
                        LockSupport.unpark(next.asker);
                    }
                }
            } else {
                LockSupport.park(this);
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
        return mine.answer;
    }

    private void askTogether() {
        List<Question> group = new ArrayList<>(LARGEST_GROUP);
        try {
            for (Question next = waiting.poll(); next != null; next = waiting.poll()) {
                next.taken = true;
                group.add(next);
                if (group.size() == LARGEST_GROUP) {
                    break;
                }
            }
            if (!group.isEmpty()) {
                Map<Q, A> found = answers.apply(
                        group.stream().map(each -> each.asked).distinct().toList());
                group.forEach(each -> each.answer(found.get(each.asked), null));
            }
        } catch (RuntimeException e) {
            group.forEach(each -> each.answer(null, e));
        } catch (Error e) {
            // Not thrown at whoever asks for the others, whose own question may still wait: then nobody would wake
            // those behind it.
            group.forEach(each -> each.answer(null, new IllegalStateException("nobody could answer", e)));
        }
    }

    private final class Question {

        private final Q asked;
        private final Thread asker = Thread.currentThread();
        private @Nullable A answer;
        private @Nullable RuntimeException failure;
        private volatile boolean taken;
        private volatile boolean answered;

        Question(Q asked) {
            this.asked = asked;
        }

        void answer(@Nullable A found, @Nullable RuntimeException why) {
            answer = found;
            failure = why;
            answered = true;
            LockSupport.unpark(asker);
        }
    }
}
