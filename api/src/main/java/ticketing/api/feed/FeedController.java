package ticketing.api.feed;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.limits.Turn;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.Caller;
import ticketing.projections.feed.Feed;
import ticketing.projections.feed.FeedEvent;
import tools.jackson.databind.json.JsonMapper;

/** The feed: asked for again and again, waiting for news if there are none, or as server-sent events. Who may is decided by the path's rules. */
@RestController
class FeedController implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(FeedController.class);

    /** Before the web server begins to wait for requests to end: a stream would never end by itself. */
    private static final int PHASE = DEFAULT_PHASE - 512;

    private static final int LONGEST_WAIT = 30;

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** Then a stream ends, and whoever comes back shows that they still may. */
    private static final Duration LONGEST_STREAM = Duration.ofMinutes(15);

    /** How long a stop waits for those who wait for news. */
    private static final Duration STEP = Duration.ofMillis(500);

    /** @param next ask for this position next */
    record FeedPage(String epoch, long head, List<FeedEvent> events, long next) {}

    private final Feed feed;
    private final JsonMapper json;
    private final FeedConsumers consumers = new FeedConsumers();
    private volatile boolean running;

    FeedController(Feed feed, JsonMapper json) {
        this.feed = feed;
        this.json = json;
    }

    /**
     * The events from a position on.
     *
     * @param from the first position that is wanted
     * @param epoch under which the position was told; another one than the present is refused
     * @param wait seconds to wait if there is nothing yet
     */
    @GetMapping(path = "/v1/feed", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<FeedPage> feed(
            @RequestParam(defaultValue = "1") long from,
            @RequestParam(required = false) @Nullable String epoch,
            @RequestParam(defaultValue = "500") int limit,
            @RequestParam(defaultValue = "0") int wait,
            Caller caller,
            HttpServletRequest request)
            throws InterruptedException {
        check(from, epoch);
        if (limit < 1 || limit > Feed.MOST) {
            throw Problem.invalid("limit", "lies between 1 and " + Feed.MOST);
        }
        if (wait < 0 || wait > LONGEST_WAIT) {
            throw Problem.invalid("wait", "must be 0 to " + LONGEST_WAIT);
        }
        if (wait > 0 && feed.head() < from) {
            try (FeedConsumers.Entry _ = consumers.enter(caller.id())) {
                Turn.giveBack(request);
                boolean _ = awaitNews(from, Duration.ofSeconds(wait));
            }
        }
        Feed.Events events = feed.from(from, limit);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(new FeedPage(feed.epoch(), feed.head(), events.events(), events.next()));
    }

    /** The same as events: their {@code id} is EPOCH:POSITION, and {@code Last-Event-ID} goes on after it. */
    @GetMapping(path = "/v1/feed", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Hidden // told in the description of the other form
    void stream(
            @RequestParam(required = false) @Nullable Long from,
            @RequestParam(required = false) @Nullable String epoch,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            Caller caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws InterruptedException {
        long next = from == null ? 1 : from;
        String under = epoch;
        if (lastEventId != null) {
            int colon = lastEventId.indexOf(':');
            try {
                next = Math.addExact(Long.parseLong(lastEventId.substring(colon + 1)), 1);
                under = lastEventId.substring(0, Math.max(0, colon));
            } catch (NumberFormatException | ArithmeticException e) {
                throw Problem.invalid("Last-Event-ID", "is not one that was given");
            }
        }
        check(next, under);
        try (FeedConsumers.Entry _ = consumers.enter(caller.id())) {
            Turn.giveBack(request);
            response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
            response.setCharacterEncoding(StandardCharsets.UTF_8);
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            response.setHeader("X-Accel-Buffering", "no");
            if (!request.getMethod().equals("HEAD")) {
                write(next, response);
            }
        } catch (IOException e) {
            LOG.debug("A consumer of the feed went away", e);
        }
    }

    private void write(long from, HttpServletResponse response) throws IOException, InterruptedException {
        OutputStream out = response.getOutputStream();
        out.write("retry: 1000\n\n".getBytes(StandardCharsets.UTF_8));
        response.flushBuffer();
        long end = System.nanoTime() + LONGEST_STREAM.toNanos();
        long next = from;
        while (running && System.nanoTime() < end) {
            if (!awaitNews(next, HEARTBEAT)) {
                out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
                response.flushBuffer();
                continue;
            }
            Feed.Events events = feed.from(next, Feed.MOST);
            for (FeedEvent event : events.events()) {
                out.write(("id: " + feed.epoch() + ':' + event.position() + "\nevent: " + event.type() + "\ndata: "
                                + json.writeValueAsString(event) + "\n\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
            response.flushBuffer();
            next = events.next();
        }
    }

    /** In steps, so that a stop is noticed. */
    private boolean awaitNews(long position, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (running) {
            long left = deadline - System.nanoTime();
            if (feed.await(position, Duration.ofNanos(Math.clamp(left, 0, STEP.toNanos())))) {
                return true;
            }
            if (left <= 0) {
                return false;
            }
        }
        return false;
    }

    private void check(long from, @Nullable String epoch) {
        if (from < 1) {
            throw Problem.invalid("from", "must be at least 1");
        }
        // Another store has another length, so this is told first.
        if (epoch != null && !epoch.equals(feed.epoch())) {
            throw new Problem(
                            ProblemCode.PRECONDITION_FAILED,
                            "The position is of another event store: begin anew, or ask without an epoch.")
                    .with("epoch", feed.epoch());
        }
        long next = feed.head() + 1;
        if (from > next) {
            // Whoever waited there would miss everything that comes before it.
            throw Problem.invalid("from", "must be at most " + next + ", the position after the last event's");
        }
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
