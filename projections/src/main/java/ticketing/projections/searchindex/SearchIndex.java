package ticketing.projections.searchindex;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import ticketing.messages.performer.PerformerEvent;
import ticketing.messages.search.SentenceModel;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowEvent.ShowDrafted;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.venue.VenueEvent;
import ticketing.projections.ProjectionProgress;
import ticketing.projections.catalogue.Catalogue;
import ticketing.projections.seatview.SeatView;

/**
 * The search index as a read model of its own: one processing group with one token. It follows the event store, notes which shows have changed, waits until
 * the read models that it draws from have seen the same events, and writes the shows anew, all that changed within a moment in one request. Its token moves
 * when Elasticsearch has acknowledged them. While Elasticsearch is away the token stays, so nothing is lost and nothing else waits.
 *
 * <p>One thread does everything, also the building of a next index beside the present one: so nothing that it writes can overtake anything else. Where a
 * paused process and its successor write at the same time, the documents' versions decide, which are positions in the event store.
 *
 * <p>It is not run by Axon's event processors, because they keep a database transaction open while they handle a batch, pause for up to a minute after a
 * failure, and handle what there is at once, where this read model gathers.
 */
@Component
public final class SearchIndex implements SmartLifecycle {

    /** The name of the token. */
    public static final String GROUP = "search-index";

    /** Before the web server takes requests, and after it has ended them; but while Axon has its connections, which it begins and ends at 3,072. */
    private static final int PHASE = DEFAULT_PHASE - 2_560;

    private static final int SEGMENT = 0;

    /** A show is written at most this often, however many of its seats are sold. */
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(750);

    /** What belongs together mostly happens within this time. */
    private static final Duration GATHERING = Duration.ofMillis(50);

    /** How long to wait for an event before looking what else there is to do. */
    private static final Duration IDLE = Duration.ofMillis(250);

    private static final Duration STOPS_WITHIN = Duration.ofSeconds(2);

    private static final Duration BETWEEN_TOKENS = Duration.ofSeconds(1);
    private static final Duration BETWEEN_CLAIMS = Duration.ofSeconds(3);
    private static final Duration READ_MODELS_WITHIN = Duration.ofSeconds(2);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** How long after it was last in step an index may still be searched. */
    private static final Duration STEP = Duration.ofSeconds(5);

    private static final int MOST_EVENTS = 20_000;
    private static final int MOST_SHOWS = 2_000;
    private static final int DOCUMENTS_A_REQUEST = 500;

    /** Of shows whose texts may have to be read for their meaning first: sales are told in between. */
    private static final int READ_A_REQUEST = 100;

    private static final Logger LOG = LoggerFactory.getLogger(SearchIndex.class);

    private final StreamableMessageSource<TrackedEventMessage<?>> source;
    private final TokenStore tokens;
    private final TransactionTemplate transaction;
    private final ProjectionProgress progress;
    private final Meanings meanings;
    private final ShowDocuments documents;
    private final @Nullable ShowIndices indices;

    private final Object asking = new Object();
    private @Nullable CompletableFuture<Void> asked;
    private volatile @Nullable Follower follower;

    @Autowired
    SearchIndex(
            EventStore source,
            TokenStore tokens,
            PlatformTransactionManager transactions,
            ProjectionProgress progress,
            JdbcTemplate jdbc,
            ObjectProvider<ElasticsearchClient> client,
            ObjectProvider<SentenceModel> model,
            Clock clock,
            @Value("${ticketing.search.index:shows}") String alias) {
        this.source = source;
        this.tokens = tokens;
        this.transaction = new TransactionTemplate(transactions);
        this.progress = progress;
        this.meanings = new Meanings(model.getIfAvailable());
        this.documents = new ShowDocuments(jdbc, meanings);
        ElasticsearchClient elasticsearch = client.getIfAvailable();
        this.indices = elasticsearch == null ? null : new ShowIndices(elasticsearch, alias, clock);
    }

    /** What the index is doing. */
    public enum State {
        /** There is no Elasticsearch, or the program is not running. */
        OFF,
        /** Elasticsearch does not answer, or refuses. It is tried again and again. */
        WAITING,
        /** Another process holds the token and writes the index. */
        ELSEWHERE,
        /** No index can answer yet; the first one is being built. */
        BUILDING,
        /** An index answers and follows. */
        FOLLOWING
    }

    /**
     * How far the index is.
     *
     * @param position of the last event whose changes are in the index
     * @param copied how many shows an index that is being built beside has so far; null if none is
     */
    public record Status(
            State state, long position, @Nullable Long copied) {}

    /** How far this process has brought the index. */
    public Status status() {
        Follower now = follower;
        return now == null ? new Status(State.OFF, 0, null) : new Status(now.state, now.position, now.copied);
    }

    /** Whether what the index says can be told to buyers: it is whole, and was in step with the events a moment ago. */
    public boolean isCurrent() {
        Follower now = follower;
        if (now == null) {
            return false;
        }
        return switch (now.state) {
            case FOLLOWING -> System.nanoTime() - now.inStepAt < STEP.toNanos();
            // Its own process knows, and does not tell.
            case ELSEWHERE -> true;
            case OFF, WAITING, BUILDING -> false;
        };
    }

    /**
     * Builds the index anew from the read models, beside the present one, which answers until the new one has everything; then the new one takes its place in
     * one step. Asked again meanwhile, it is the same building.
     *
     * @return done when the new index answers; exceptionally if this process does not write the index
     */
    public CompletableFuture<Void> rebuild() {
        synchronized (asking) {
            if (follower == null) {
                return CompletableFuture.failedFuture(new IllegalStateException("the search index is not running"));
            }
            CompletableFuture<Void> present = asked;
            if (present == null) {
                present = new CompletableFuture<>();
                asked = present;
            }
            return present.copy();
        }
    }

    private boolean isAsked() {
        synchronized (asking) {
            return asked != null;
        }
    }

    private void rebuilt() {
        synchronized (asking) {
            if (asked != null) {
                asked.complete(null);
                asked = null;
            }
        }
    }

    @Override
    public void start() {
        synchronized (asking) {
            if (indices != null && follower == null) {
                follower = new Follower(indices);
            }
        }
    }

    @Override
    public void stop() {
        Follower now;
        synchronized (asking) {
            now = follower;
            follower = null;
            if (asked != null) {
                asked.completeExceptionally(new IllegalStateException("the search index was stopped"));
                asked = null;
            }
        }
        if (now != null) {
            now.stop();
        }
    }

    @Override
    public boolean isRunning() {
        return follower != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** What has changed, in events up to a position. */
    private static final class Changes {
        final Set<String> shows = new HashSet<>();
        final Set<String> venues = new HashSet<>();
        final Set<String> performers = new HashSet<>();

        void note(TrackedEventMessage<?> event) {
            // The type is known without reading the event, and most are of no concern.
            Class<?> type = event.getPayloadType();
            if (TicketEvent.class.isAssignableFrom(type)) {
                shows.add(((TicketEvent) event.getPayload()).ticketId().showId().value());
            } else if (ShowEvent.class.isAssignableFrom(type) && type != ShowDrafted.class) {
                shows.add(((ShowEvent) event.getPayload()).showId().value());
            } else if (VenueEvent.class.isAssignableFrom(type)) {
                venues.add(((VenueEvent) event.getPayload()).venueId().value());
            } else if (PerformerEvent.class.isAssignableFrom(type)) {
                performers.add(
                        ((PerformerEvent) event.getPayload()).performerId().value());
            }
        }

        boolean isEmpty() {
            return shows.isEmpty() && venues.isEmpty() && performers.isEmpty();
        }

        int size() {
            return shows.size() + venues.size() + performers.size();
        }
    }

    /** The read models are not where the index is, or not yet: nothing is written from them. */
    private static final class ReadModelsBehind extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** From one start to the next stop. All but what others look at belongs to its thread. */
    private final class Follower {

        private final ShowIndices indices;
        private final Thread thread;
        private volatile boolean stopped;

        private volatile State state = State.WAITING;
        private volatile long position;
        private volatile long inStepAt;
        private volatile @Nullable Long copied;

        /** What answers searches, if it is one that can be written on with. */
        private @Nullable String live;
        /** What the alias names, which may be an index of an older version. */
        private @Nullable String answering;
        /** What is being built beside it. */
        private @Nullable String next;

        /** What vectors are made with, those of the next index always. */
        private String model = Meanings.NONE;
        /** Whether those of the live index were made with the same; else it gets none until the next one takes its place. */
        private boolean liveIsMeant;

        private String copiedUpTo = "";
        private boolean copyDone;

        private @Nullable TrackingToken seen;
        private long tokenStoredAt;
        private long claimedAt;
        private long writtenAt = System.nanoTime() - BETWEEN_WRITES.toNanos();
        private Changes pending = new Changes();
        private boolean failing;
        /** Whether an index has ever been in step, so that it is news when it no longer is. */
        private boolean known;

        private Duration pause = SHORTEST_PAUSE;

        Follower(ShowIndices indices) {
            this.indices = indices;
            this.thread = Thread.ofPlatform().daemon().name("search-index").start(this::run);
        }

        void stop() {
            stopped = true;
            thread.interrupt();
            try {
                if (!thread.join(STOPS_WITHIN)) {
                    LOG.warn("The search index does not stop");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void run() {
            while (!stopped) {
                try {
                    follow();
                } catch (InterruptedException e) {
                    // Only stop() interrupts; whoever goes on finds the claim lapsed, or has this process' name.
                    return;
                } catch (UnableToClaimTokenException e) {
                    state = State.ELSEWHERE;
                    LOG.debug("Another process writes the search index", e);
                } catch (ReadModelsBehind e) {
                    LOG.debug("The search index waits for the read models", e);
                } catch (IOException | RuntimeException e) {
                    if (stopped) {
                        return;
                    }
                    if (!failing) {
                        tell(e);
                    }
                    failing = true;
                    state = State.WAITING;
                }
                copied = null;
                try {
                    Thread.sleep(pause);
                } catch (InterruptedException e) {
                    return;
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }

        private void tell(Exception e) {
            if (e instanceof IOException && !known) {
                // One that is started beside the program is not there before the program is.
                LOG.debug("Elasticsearch does not answer yet", e);
            } else if (e instanceof IOException) {
                LOG.info("Elasticsearch does not answer, so PostgreSQL answers searches: {}", e.getMessage());
            } else if (e instanceof ElasticsearchException) {
                LOG.warn("Elasticsearch refuses, so PostgreSQL answers searches: {}", e.getMessage());
            } else {
                LOG.error("The search index cannot follow the events and keeps trying", e);
            }
        }

        private void follow() throws IOException, InterruptedException, ReadModelsBehind {
            connect();
            try (BlockingStream<TrackedEventMessage<?>> events = source.openStream(seen)) {
                while (!stopped) {
                    if (next == null && isAsked()) {
                        begin();
                    }
                    boolean all = gather(events);
                    if (pending.isEmpty() || System.nanoTime() - writtenAt >= BETWEEN_WRITES.toNanos()) {
                        write();
                    }
                    copy();
                    if (all && pending.isEmpty()) {
                        publish();
                        inStep();
                    }
                }
            }
        }

        /** Claims the token and looks what there is; begins a new index where there is none to go on with. */
        private void connect() throws IOException, InterruptedException {
            String store = claim();
            pending = new Changes();
            ShowIndices.Present present = indices.present(store);
            // After Elasticsearch has answered: whoever has none needs no model either.
            model = meanings.model();
            next = null;
            answering = present.live();
            live = present.usable() ? present.live() : null;
            if (live == null) {
                // Whatever the token says is of an index that is lost. The read models have seen everything up to here.
                seen = new GlobalSequenceTrackingToken(
                        Math.min(progress.position(Catalogue.GROUP), progress.position(SeatView.GROUP)));
                begin();
            } else if (!present.model().equals(model)) {
                begin();
            }
            liveIsMeant = present.model().equals(model);
            position = positionOf(seen);
        }

        private void begin() throws IOException {
            next = indices.create(storeIdentifier(), model);
            copiedUpTo = "";
            copyDone = false;
            copied = 0L;
            if (live == null) {
                state = State.BUILDING;
            }
            LOG.info("Building the search index {} from the read models", next);
        }

        /** @return which store the token belongs to */
        private String claim() {
            return Objects.requireNonNull(transaction.execute(status -> {
                if (tokens.fetchSegments(GROUP).length == 0) {
                    tokens.initializeTokenSegments(GROUP, 1);
                }
                seen = tokens.fetchToken(GROUP, SEGMENT);
                claimedAt = System.nanoTime();
                return storeIdentifier();
            }));
        }

        private String storeIdentifier() {
            return tokens.retrieveStorageIdentifier().orElse("unnamed");
        }

        /**
         * Reads events until it is time to write what has changed, or there are none.
         *
         * @return whether everything is read that had happened when it began
         */
        private boolean gather(BlockingStream<TrackedEventMessage<?>> events) throws InterruptedException {
            // Whoever builds an index has other things to do than to wait.
            boolean busy = next != null && !copyDone;
            if (!isAvailable(events, busy ? Duration.ZERO : IDLE)) {
                return true;
            }
            long head = positionOf(source.createHeadToken());
            long until = Math.max(System.nanoTime() + GATHERING.toNanos(), writtenAt + BETWEEN_WRITES.toNanos());
            int read = 0;
            while (read < MOST_EVENTS && pending.size() < MOST_SHOWS) {
                Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
                if (!isAvailable(events, busy ? Duration.ZERO : left) || (left.isZero() && !pending.isEmpty())) {
                    break;
                }
                TrackedEventMessage<?> event = events.nextAvailable();
                pending.note(event);
                seen = event.trackingToken();
                read++;
            }
            return positionOf(seen) >= head;
        }

        private boolean isAvailable(BlockingStream<TrackedEventMessage<?>> events, Duration within)
                throws InterruptedException {
            return events.hasNextAvailable(Math.toIntExact(within.toMillis()), TimeUnit.MILLISECONDS);
        }

        private void write() throws IOException, InterruptedException, ReadModelsBehind {
            long now = positionOf(seen);
            boolean due = System.nanoTime() - tokenStoredAt > BETWEEN_TOKENS.toNanos();
            if (!pending.isEmpty()) {
                awaitReadModels(now);
                Set<String> shows = new HashSet<>(pending.shows);
                shows.addAll(documents.concerning(pending.venues, pending.performers));
                List<String> all = new ArrayList<>(shows);
                for (int from = 0; from < all.size(); from += DOCUMENTS_A_REQUEST) {
                    draw(all.subList(from, Math.min(all.size(), from + DOCUMENTS_A_REQUEST)), now);
                }
                pending = new Changes();
                writtenAt = System.nanoTime();
                due = true;
            }
            if (now > position && due) {
                storeToken();
            } else if (System.nanoTime() - claimedAt > BETWEEN_CLAIMS.toNanos()) {
                transaction.executeWithoutResult(status -> tokens.extendClaim(GROUP, SEGMENT));
                claimedAt = System.nanoTime();
            }
        }

        private void storeToken() {
            transaction.executeWithoutResult(status -> tokens.storeToken(seen, GROUP, SEGMENT));
            position = positionOf(seen);
            tokenStoredAt = System.nanoTime();
            claimedAt = tokenStoredAt;
        }

        private void draw(List<String> shows, long version) throws IOException, InterruptedException, ReadModelsBehind {
            if (live == null || liveIsMeant) {
                draw(targets(), true, shows, version);
                return;
            }
            draw(List.of(live), false, shows, version);
            if (next != null) {
                draw(List.of(next), true, shows, version);
            }
        }

        private List<String> targets() {
            List<String> targets = new ArrayList<>();
            if (live != null) {
                targets.add(live);
            }
            if (next != null) {
                targets.add(next);
            }
            return targets;
        }

        /** The read models must not go back while they are read from, as they do when a replay of theirs begins. */
        private void draw(Collection<String> targets, boolean meant, List<String> shows, long version)
                throws IOException, InterruptedException, ReadModelsBehind {
            List<ShowDocument> drawn = documents.of(shows, meant && !model.equals(Meanings.NONE));
            awaitReadModels(version);
            Set<String> found = drawn.stream().map(ShowDocument::showId).collect(Collectors.toSet());
            List<String> gone =
                    shows.stream().filter(show -> !found.contains(show)).toList();
            indices.write(targets, drawn, gone, version);
        }

        private void awaitReadModels(long at) throws ReadModelsBehind, InterruptedException {
            if (!progress.await(Catalogue.GROUP, at, READ_MODELS_WITHIN)
                    || !progress.await(SeatView.GROUP, at, READ_MODELS_WITHIN)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                throw new ReadModelsBehind();
            }
        }

        /** Goes on with the next index by one request. */
        private void copy() throws IOException, InterruptedException, ReadModelsBehind {
            String building = next;
            if (building == null || copyDone) {
                return;
            }
            long at = positionOf(seen);
            awaitReadModels(at);
            List<String> shows =
                    documents.following(copiedUpTo, model.equals(Meanings.NONE) ? DOCUMENTS_A_REQUEST : READ_A_REQUEST);
            if (shows.isEmpty()) {
                // An emptied read model, at the beginning of its replay, is no end.
                awaitReadModels(at);
                copyDone = true;
                return;
            }
            draw(List.of(building), true, shows, at);
            copiedUpTo = shows.getLast();
            copied = Objects.requireNonNullElse(copied, 0L) + shows.size();
        }

        /** Lets the next index answer, if it has everything. */
        private void publish() throws IOException {
            String building = next;
            if (building == null || !copyDone) {
                return;
            }
            // First the token: with an index that is younger than its token, events would be missed.
            storeToken();
            indices.publish(building, answering);
            live = building;
            liveIsMeant = true;
            answering = building;
            next = null;
            copied = null;
            rebuilt();
            LOG.info("The search index {} answers", building);
            // Nobody waits for it.
            var _ = indices.merge(building).exceptionally(e -> {
                LOG.debug("{} stays in several segments", building, e);
                return null;
            });
        }

        private void inStep() {
            if (live != null) {
                if (failing && known) {
                    LOG.info("The search index is in step with the events again");
                }
                failing = false;
                known = true;
                pause = SHORTEST_PAUSE;
                inStepAt = System.nanoTime();
                state = State.FOLLOWING;
            }
        }

        private static long positionOf(@Nullable TrackingToken token) {
            return token == null ? 0 : token.position().orElse(0);
        }
    }
}
