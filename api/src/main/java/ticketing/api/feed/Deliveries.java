package ticketing.api.feed;

import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import ticketing.api.feed.Webhooks.Due;
import ticketing.projections.feed.Feed;
import ticketing.projections.feed.FeedEvent;
import tools.jackson.databind.json.JsonMapper;

/**
 * Delivers events to webhooks: to each in order, one after the other, and at least once. One process of those that share a database does, the one that holds a lock in it.
 * An event that its receiver does not take is tried again, later and later; the ones after it wait.
 */
@Component
final class Deliveries implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    /** While Axon has its connections, which it begins and ends at 3,072. */
    private static final int PHASE = DEFAULT_PHASE - 2_560;

    /** The lock's key. */
    private static final long LOCK = 0x7765_6268_6f6f_6b73L;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final Duration LEADER_AGAIN = Duration.ofSeconds(2);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(2);
    private static final int EVENTS_AT_ONCE = 200;
    private static final int GONE = 410;

    private final DataSource database;
    private final Webhooks webhooks;
    private final Feed feed;
    private final WebhookSettings settings;
    private final JsonMapper json;
    private final Clock clock;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private volatile boolean running;
    private @Nullable Thread thread;

    Deliveries(
            DataSource database, Webhooks webhooks, Feed feed, WebhookSettings settings, JsonMapper json, Clock clock) {
        this.database = database;
        this.webhooks = webhooks;
        this.feed = feed;
        this.settings = settings;
        this.json = json;
        this.clock = clock;
    }

    /**
     * What is sent.
     *
     * @param timestamp when it happened
     */
    record Message(String type, Instant timestamp, String epoch, long position, FeedEvent.Data data) {}

    @Override
    public synchronized void start() {
        if (!running) {
            running = true;
            thread = Thread.ofPlatform().daemon().name("webhooks").start(this::lead);
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
        Thread now = thread;
        thread = null;
        if (now != null) {
            now.interrupt();
            try {
                now.join(STOPS_WITHIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void lead() {
        while (running) {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement();
                    WebhookSender sender = new WebhookSender(settings)) {
                if (is(statement, "SELECT pg_try_advisory_lock(" + LOCK + ")")) {
                    try {
                        while (running && is(statement, "SELECT true")) {
                            webhooks.due(feed.head()).forEach(due -> begin(due, sender));
                            Thread.sleep(LOOK_AGAIN);
                        }
                    } finally {
                        is(statement, "SELECT pg_advisory_unlock(" + LOCK + ")");
                    }
                }
                Thread.sleep(LEADER_AGAIN);
            } catch (InterruptedException e) {
                return;
            } catch (SQLException | IOException | RuntimeException e) {
                if (running) {
                    LOG.warn("Webhooks cannot be delivered and are tried again: {}", e.getMessage());
                    pause(LEADER_AGAIN);
                }
            }
        }
    }

    private static boolean is(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            running = false;
        }
    }

    /** There are as many threads as webhooks, which are few. */
    private void begin(Due due, WebhookSender sender) {
        String id = due.webhookId();
        if (busy.add(id)) {
            Thread.ofVirtual().name("webhook-" + id).start(() -> {
                try {
                    // Looked up again: another delivery may have ended since, and this one would go back to where that
                    // began.
                    webhooks.due(feed.head()).stream()
                            .filter(now -> now.webhookId().equals(id))
                            .findFirst()
                            .ifPresent(now -> deliver(now, sender));
                } catch (RuntimeException e) {
                    LOG.warn("Webhook {} cannot be delivered to now", id, e);
                } finally {
                    busy.remove(id);
                }
            });
        }
    }

    private void deliver(Due due, WebhookSender sender) {
        long position = due.position();
        while (running) {
            Feed.Events events = feed.from(position + 1, EVENTS_AT_ONCE);
            if (events.next() == position + 1) {
                return;
            }
            for (FeedEvent event : events.events()) {
                if (!running) {
                    return;
                }
                if (due.types().isEmpty() || due.types().contains(event.type())) {
                    String answer = send(due, event, sender);
                    if (!answer.isEmpty()) {
                        return;
                    }
                    if (!webhooks.delivered(due, event.position(), Optional.of("taken at " + clock.instant()))) {
                        return;
                    }
                }
                position = event.position();
            }
            position = events.next() - 1;
            if (!webhooks.delivered(due, position, Optional.empty())) {
                return;
            }
        }
    }

    /** @return why it was not taken; empty if it was */
    private String send(Due due, FeedEvent event, WebhookSender sender) {
        byte[] body = json.writeValueAsBytes(
                new Message(event.type(), event.at(), feed.epoch(), event.position(), event.data()));
        String id = "evt_" + feed.epoch() + '_' + event.position();
        int status = 0;
        String answer;
        try {
            URI url = due.url();
            status = sender.send(url, due.secret(), id, clock.instant().getEpochSecond(), body);
            if (status >= 200 && status < 300) {
                return "";
            }
            answer = "answered " + status;
        } catch (WebhookSender.NotPublic e) {
            answer = "leads to an address that is not on the open internet";
        } catch (IOException e) {
            answer = "no answer: " + e.getClass().getSimpleName();
        }
        int failures = failuresOf(due) + 1;
        boolean over = failures >= settings.attempts() || status == GONE;
        webhooks.failed(due, failures, answer, over ? null : pauseAfter(failures));
        if (over) {
            LOG.warn("Webhook {} is stopped at position {}: {}", due.webhookId(), event.position(), answer);
        }
        return answer;
    }

    /** Those in a row: a delivery that was taken since this one was looked up has ended the row. */
    private int failuresOf(Due due) {
        return webhooks.get(due.webhookId()).failures();
    }

    /** A quarter more or less, so that webhooks that failed together do not come again together. */
    private Duration pauseAfter(int failures) {
        double millis = (double) settings.firstPause().toMillis() * Math.pow(4, Math.min(failures, 16) - 1);
        double bounded = Math.min(millis, (double) settings.longestPause().toMillis());
        return Duration.ofMillis(
                (long) (bounded * (0.75 + ThreadLocalRandom.current().nextDouble() / 2)));
    }
}
