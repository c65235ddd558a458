package ticketing.query.search;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import ticketing.messages.search.SearchShows;
import ticketing.messages.search.SearchShows.Hits;
import ticketing.messages.search.SentenceModel;
import ticketing.messages.search.Suggestions;
import ticketing.query.search.SearchLine.NoTurnException;

/**
 * Finds shows: with Elasticsearch where it answers in time, else with PostgreSQL. After a few failures Elasticsearch is left alone for a moment, so that
 * nobody waits for an answer that does not come.
 */
@Component
class Search {

    private static final Logger LOG = LoggerFactory.getLogger(Search.class);

    private static final CircuitBreakerConfig PATIENCE = CircuitBreakerConfig.custom()
            .slidingWindowType(SlidingWindowType.COUNT_BASED)
            .slidingWindowSize(20)
            .minimumNumberOfCalls(5)
            .failureRateThreshold(50)
            .waitDurationInOpenState(Duration.ofSeconds(1))
            .permittedNumberOfCallsInHalfOpenState(3)
            .maxWaitDurationInHalfOpenState(Duration.ofSeconds(2))
            // That there are many who search is no failure of whom they wait for.
            .ignoreExceptions(NoTurnException.class)
            .build();

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /**
     * Half as many again as Elasticsearch has threads that search on a machine like this one, so that none of them waits for us. More would wait there instead of
     * here, where each would take its time from the others until none is answered in time, and where nothing can go before the others.
     */
    private static final int AT_ONCE = 3 * PROCESSORS;

    /** The connections are needed for selling, and so are the processors: searches in PostgreSQL get a few. */
    static final int UNDERSTUDIES = Math.min(8, 2 * PROCESSORS);

    /** Who waits for PostgreSQL looks so often whether Elasticsearch answers again. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final Duration sendAwayAfter;
    private final PostgresSearch postgres;
    private final @Nullable ElasticsearchSearch elasticsearch;
    private final IndexFreshness freshness;
    final Semaphore understudies = new Semaphore(UNDERSTUDIES, true);
    private final CircuitBreaker breaker = CircuitBreaker.of("elasticsearch", PATIENCE);

    /**
     * Searches with what there is.
     *
     * @param atOnce so many requests are with Elasticsearch at a time, the others wait; none: as many as are good on this machine
     * @param longestWait how long they wait before PostgreSQL is asked: long, because Elasticsearch is quicker even so
     * @param answerWithin how long Elasticsearch has for an answer when it is asked at last, before PostgreSQL is
     * @param sendAwayAfter whom neither has begun to answer by then is told that it is too much
     */
    Search(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            Clock clock,
            ObjectProvider<ElasticsearchClient> client,
            ObjectProvider<IndexFreshness> freshness,
            ObjectProvider<SentenceModel> model,
            @Value("${ticketing.search.index:shows}") String index,
            @Value("${ticketing.search.at-once:#{null}}") @Nullable Integer atOnce,
            @Value("${ticketing.search.longest-wait:2s}") Duration longestWait,
            @Value("${ticketing.search.answer-within:300ms}") Duration answerWithin,
            @Value("${ticketing.search.send-away-after:5s}") Duration sendAwayAfter) {
        if (atOnce != null && atOnce < 1) {
            throw new IllegalArgumentException("ticketing.search.at-once is at least 1, not " + atOnce);
        }
        if (!sendAwayAfter.isPositive()) {
            throw new IllegalArgumentException("ticketing.search.send-away-after is some time, not " + sendAwayAfter);
        }
        this.sendAwayAfter = sendAwayAfter;
        this.postgres = new PostgresSearch(jdbc, transactions, clock);
        ElasticsearchClient present = client.getIfAvailable();
        this.elasticsearch = present == null
                ? null
                : new ElasticsearchSearch(
                        present,
                        index,
                        clock,
                        new Likeness(model.getIfAvailable()),
                        atOnce == null ? AT_ONCE : atOnce,
                        longestWait,
                        answerWithin);
        this.freshness = freshness.getIfAvailable(() -> () -> true);
        breaker.getEventPublisher().onStateTransition(change -> {
            LOG.info("Searches in Elasticsearch: {}", change.getStateTransition());
            if (elasticsearch != null && change.getStateTransition().getToState() == CircuitBreaker.State.OPEN) {
                elasticsearch.leaveAlone();
            }
        });
    }

    @QueryHandler
    Hits handle(SearchShows query) {
        return firstOf(elasticsearch == null ? null : () -> elasticsearch.search(query), () -> postgres.search(query));
    }

    @QueryHandler
    Suggestions.Found handle(Suggestions query) {
        Wording typed = Wording.of(query.prefix());
        if (typed.isEmpty()) {
            return new Suggestions.Found(List.of());
        }
        List<Candidate> candidates = firstOf(
                elasticsearch == null ? null : () -> elasticsearch.candidates(typed), () -> postgres.candidates(typed));
        return new Suggestions.Found(Candidate.suggestions(candidates, typed, query.limit()));
    }

    /**
     * The answer of the index if it has one in time, else the other one. Where too many wait for that, the index is asked again: late is better than never.
     *
     * @throws RejectedExecutionException if neither has had time for it
     */
    private <T> T firstOf(@Nullable Callable<T> index, Supplier<T> otherwise) {
        long end = System.nanoTime() + sendAwayAfter.toNanos();
        try {
            while (true) {
                if (index != null && freshness.isCurrent()) {
                    Optional<T> found = found(index);
                    if (found.isPresent()) {
                        return found.get();
                    }
                }
                // Only after a last look at the index, which may have come back while this one waited.
                if (System.nanoTime() >= end) {
                    throw new RejectedExecutionException("too many searches at once");
                }
                if (understudies.tryAcquire(
                        (index == null ? sendAwayAfter : LOOK_AGAIN).toNanos(), TimeUnit.NANOSECONDS)) {
                    try {
                        return otherwise.get();
                    } finally {
                        understudies.release();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException("interrupted", e);
        }
    }

    private <T> Optional<T> found(Callable<T> index) throws InterruptedException {
        try {
            return Optional.of(breaker.executeCallable(index));
        } catch (CallNotPermittedException e) {
            LOG.trace("Elasticsearch is left alone", e);
        } catch (NoTurnException e) {
            LOG.debug("Elasticsearch was not asked", e);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // Whatever it is, there is another index. The breaker tells if it happens often.
            LOG.debug("Elasticsearch has no answer", e);
        }
        return Optional.empty();
    }
}
