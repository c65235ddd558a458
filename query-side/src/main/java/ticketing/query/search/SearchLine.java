package ticketing.query.search;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import ticketing.messages.CoarseTimer;

/**
 * Asks Elasticsearch so much at a time and no more, less while it is late; the others wait in line, first come, first served. Only what belongs to a search
 * that has been asked for already goes before all others, so that a search of several requests waits once. The line is bounded by the number of threads that
 * wait in it.
 */
final class SearchLine {

    /** No turn has come, so nothing was asked; this says nothing about who would have been. */
    static final class NoTurnException extends IOException {

        private static final long serialVersionUID = 1;

        NoTurnException(String message) {
            super(message);
        }
    }

    private static final class Question {
        final SearchRequest search;
        final Turn turn;
        final CompletableFuture<SearchResponse<Void>> answer = new CompletableFuture<>();
        long sentAt;

        Question(SearchRequest search, Turn turn) {
            this.search = search;
            this.turn = turn;
        }
    }

    /** Of somebody who searches, for all that is asked one after another because of that. */
    final class Turn {
        private final long came = System.nanoTime();
        /** Both are only looked at by who holds the line's lock. */
        private boolean begun;

        private long begunAt;

        /** The answer to this one, as {@link #ask(List)}. */
        SearchResponse<Void> ask(SearchRequest search) throws IOException, InterruptedException {
            return ask(List.of(search)).getFirst();
        }

        /**
         * The answers to these, in their order.
         *
         * @throws NoTurnException if none of them was asked
         * @throws IOException if there is no answer in time, or no complete one
         */
        List<SearchResponse<Void>> ask(List<SearchRequest> searches) throws IOException, InterruptedException {
            List<Question> questions =
                    searches.stream().map(search -> new Question(search, this)).toList();
            for (int free = queued(questions); free > 0; free--) {
                send(next());
            }
            List<SearchResponse<Void>> answers = new ArrayList<>();
            try {
                for (Question question : questions) {
                    answers.add(await(question));
                }
                return answers;
            } finally {
                if (answers.size() < questions.size()) {
                    questions.forEach(SearchLine.this::giveUp);
                }
            }
        }
    }

    /** An answer that takes more than this part of the time that there is for it is late. */
    private static final int LATE = 2;

    /** An answer that takes less than this part of it is early. */
    private static final int EARLY = 4;

    private final ElasticsearchAsyncClient client;
    private final int most;
    private final Duration longestWait;
    private final Duration within;

    private final Deque<Question> line = new ArrayDeque<>();
    private int underWay;
    /** So many may be, from one to the most. */
    private int atOnce;

    /**
     * Asks with this client.
     *
     * @param most so many requests are under way, and fewer while they are answered late
     * @param longestWait how long anybody waits for a turn
     * @param within how long anybody waits then, for all answers together
     */
    SearchLine(ElasticsearchAsyncClient client, int most, Duration longestWait, Duration within) {
        this.client = client;
        this.most = most;
        this.atOnce = most;
        this.longestWait = longestWait;
        this.within = within;
    }

    /** Begins when something that is asked in it is sent. */
    Turn turn() {
        return new Turn();
    }

    /** @return how many requests may be sent now */
    private synchronized int queued(List<Question> questions) {
        for (Question question : questions) {
            if (question.turn.begun) {
                line.addFirst(question);
            } else {
                line.addLast(question);
            }
        }
        int free = Math.clamp(atOnce - underWay, 0, questions.size());
        underWay += free;
        return free;
    }

    private SearchResponse<Void> await(Question question) throws IOException, InterruptedException {
        while (true) {
            boolean begun;
            long end;
            synchronized (this) {
                begun = question.turn.begun;
                end = begun ? question.turn.begunAt + within.toNanos() : question.turn.came + longestWait.toNanos();
            }
            try {
                return complete(CoarseTimer.get(question.answer, Duration.ofNanos(end - System.nanoTime())));
            } catch (TimeoutException e) {
                if (begun) {
                    throw new IOException("no answer within " + within, e);
                }
                if (left(question)) {
                    throw new NoTurnException("no turn within " + longestWait);
                }
                // It has just begun.
            } catch (ExecutionException e) {
                throw e.getCause() instanceof NoTurnException none ? none : new IOException(e.getCause());
            }
        }
    }

    private static SearchResponse<Void> complete(SearchResponse<Void> answer) throws IOException {
        if (answer.timedOut() || answer.shards().failed().intValue() > 0) {
            throw new IOException("an incomplete answer");
        }
        return answer;
    }

    /** @return whether it was in line until now */
    private synchronized boolean left(Question question) {
        return line.remove(question);
    }

    /** Nobody waits for it any longer, so the next one can be asked. */
    private void giveUp(Question question) {
        left(question);
        question.answer.cancel(true);
    }

    /** Sends away who waits for a turn: Elasticsearch is left alone. */
    void sendAway() {
        List<Question> away;
        synchronized (this) {
            away = line.stream().filter(question -> !question.turn.begun).toList();
            line.removeAll(away);
        }
        away.forEach(question -> question.answer.completeExceptionally(new NoTurnException("left alone")));
    }

    /** Sends this, and when it is answered what is next in its place. */
    private void send(@Nullable Question first) {
        Question question = first;
        while (question != null) {
            Question asked = question;
            CompletableFuture<SearchResponse<Void>> sent = sent(asked);
            CompletableFuture<?> _ = asked.answer.whenComplete((_, _) -> sent.cancel(true));
            if (!sent.isDone()) {
                CompletableFuture<?> _ = sent.whenComplete((found, failure) -> send(answered(asked, found, failure)));
                return;
            }
            // Not by calling itself: everybody in line may fail at once.
            question = sent.handle((found, failure) -> Optional.ofNullable(answered(asked, found, failure)))
                    .join()
                    .orElse(null);
        }
    }

    private CompletableFuture<SearchResponse<Void>> sent(Question question) {
        question.sentAt = System.nanoTime();
        try {
            return client.search(question.search, Void.class);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** @return what is next */
    private @Nullable Question answered(
            Question question, @Nullable SearchResponse<Void> found, @Nullable Throwable failure) {
        // Before anybody hears of the answer, and asks what comes next.
        if (grown(failure == null ? System.nanoTime() - question.sentAt : Long.MAX_VALUE)) {
            send(next());
        }
        Question next = next();
        if (failure == null) {
            question.answer.complete(found);
        } else {
            question.answer.completeExceptionally(failure);
        }
        return next;
    }

    /**
     * Learns how many are good at once from how long one has taken: half as many when an answer is late or fails, one more when it is early, much as senders
     * do with what they have under way (RFC 5681, section 3.1). An Elasticsearch that has just started is slow; were it asked as much as later, all answers
     * would be too late, and it had worked for nothing.
     *
     * @return whether one more may be sent
     */
    private synchronized boolean grown(long nanos) {
        if (nanos > within.toNanos() / LATE) {
            atOnce = Math.max(1, atOnce / 2);
        } else if (nanos < within.toNanos() / EARLY && atOnce < most && underWay <= atOnce) {
            atOnce++;
            underWay++;
            return true;
        }
        return false;
    }

    /** @return null if nobody waits, or too many are under way; then one less is */
    private synchronized @Nullable Question next() {
        Question question = underWay > atOnce ? null : line.poll();
        if (question == null) {
            underWay--;
        } else if (!question.turn.begun) {
            question.turn.begun = true;
            question.turn.begunAt = System.nanoTime();
        }
        return question;
    }
}
