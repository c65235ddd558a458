package ticketing.api.feed;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.net.URI;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.api.id.NewId;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.projections.feed.Feed;

/** The webhooks there are, and how far each has come. */
@Component
class Webhooks {

    static final String ACTIVE = "ACTIVE";
    static final String STOPPED = "STOPPED";

    private static final int MOST = 20;
    private static final int LONGEST_TOLD = 60;
    private static final int SECRET_BYTES = 32;
    private static final String SECRET_PREFIX = "whsec_";

    private final JdbcClient jdbc;
    private final Feed feed;
    private final WebhookSettings settings;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Webhooks(JdbcClient jdbc, Feed feed, WebhookSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.feed = feed;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * A webhook as an administrator sees it.
     *
     * @param position of the last event that was delivered or not wanted
     * @param failures in a row
     * @param lastAnswer what came of the last attempt
     * @param secret told once, when it is made
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Webhook(
            String webhookId,
            String url,
            List<String> types,
            String state,
            long position,
            int failures,
            @Nullable Instant nextTryAt,
            @Nullable String lastAnswer,
            Instant createdAt,
            @Nullable String secret) {

        /** The secret never shows in a log. */
        @Override
        public String toString() {
            return "Webhook[" + webhookId + " " + state + " at " + position + "]";
        }
    }

    /** What a delivery has to know. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Due(String webhookId, URI url, byte[] secret, Set<String> types, long position, int failures, long version) {

        @Override
        public String toString() {
            return "Due[" + webhookId + " at " + position + "]";
        }
    }

    /**
     * Makes one.
     *
     * @param types which events are wanted; null or empty: all
     * @param from the first position that is wanted; null: what happens from now on
     * @throws Problem if the URL cannot be called, or there are too many webhooks
     */
    Webhook create(@Nullable String url, @Nullable List<@Nullable String> types, @Nullable Long from) {
        URI target = WebhookUrl.checked(url, settings);
        Set<String> wanted = new TreeSet<>();
        Set<String> known = Feed.types();
        for (String type : types == null ? List.<String>of() : types) {
            if (type == null || !known.contains(type)) {
                throw Problem.invalid(
                        "types",
                        "has one that no event is of" + (type == null ? "" : " (" + shortened(type) + ")")
                                + "; there are " + String.join(", ", known));
            }
            wanted.add(type);
        }
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String id = NewId.next();
        int made = jdbc.sql("""
                        INSERT INTO webhook.webhook (webhook_id, url, secret, types, state, position, created_at)
                        SELECT ?, ?, ?, ?::text[], 'ACTIVE', ?, ?::timestamptz WHERE (SELECT count(*) FROM webhook.webhook) < ?
                        """)
                .param(id)
                .param(target.toString())
                .param(secret)
                .param(wanted.toArray(String[]::new))
                .param(from == null ? feed.head() : position(from) - 1)
                .param(now())
                .param(MOST)
                .update();
        if (made == 0) {
            throw new Problem(ProblemCode.CONFLICT, "There are " + MOST + " webhooks already.");
        }
        Webhook hook = get(id);
        return new Webhook(
                hook.webhookId,
                hook.url,
                hook.types,
                hook.state,
                hook.position,
                hook.failures,
                hook.nextTryAt,
                hook.lastAnswer,
                hook.createdAt,
                SECRET_PREFIX + Base64.getEncoder().encodeToString(secret));
    }

    private static String shortened(String text) {
        return text.length() > LONGEST_TOLD ? text.substring(0, LONGEST_TOLD) + "…" : text;
    }

    private long position(long from) {
        long next = feed.head() + 1;
        if (from < 1 || from > next) {
            throw Problem.invalid("from", "lies between 1 and " + next + ", the position after the last event's");
        }
        return from;
    }

    List<Webhook> all() {
        return jdbc.sql("SELECT * FROM webhook.webhook ORDER BY created_at, webhook_id")
                .query((row, _) -> webhook(row))
                .list();
    }

    /** @throws Problem 404 */
    Webhook get(String id) {
        return jdbc.sql("SELECT * FROM webhook.webhook WHERE webhook_id = ?")
                .param(id)
                .query((row, _) -> webhook(row))
                .optional()
                .orElseThrow(Webhooks::notFound);
    }

    /** @throws Problem 404 */
    void delete(String id) {
        if (jdbc.sql("DELETE FROM webhook.webhook WHERE webhook_id = ?")
                        .param(id)
                        .update()
                == 0) {
            throw notFound();
        }
    }

    /** Has everything from a position on delivered, once more if it was; also what was stopped goes on. */
    Webhook replay(String id, @Nullable Long from) {
        Webhook present = get(id);
        jdbc.sql("""
                UPDATE webhook.webhook SET position = ?, state = 'ACTIVE', failures = 0, next_try_at = NULL, version = version + 1
                WHERE webhook_id = ?
                """)
                .params(from == null ? present.position : position(from) - 1, id)
                .update();
        return get(id);
    }

    private static Problem notFound() {
        return new Problem(ProblemCode.WEBHOOK_NOT_FOUND, "There is no such webhook.");
    }

    private static Webhook webhook(ResultSet row) throws SQLException {
        OffsetDateTime next = row.getObject("next_try_at", OffsetDateTime.class);
        return new Webhook(
                row.getString("webhook_id"),
                row.getString("url"),
                Arrays.asList((String[]) row.getArray("types").getArray()),
                row.getString("state"),
                row.getLong("position"),
                row.getInt("failures"),
                next == null ? null : next.toInstant(),
                row.getString("last_answer"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                null);
    }

    /** Those to which something may have to be delivered now. */
    List<Due> due(long head) {
        return jdbc.sql("""
                        SELECT * FROM webhook.webhook
                        WHERE state = 'ACTIVE' AND position < ? AND (next_try_at IS NULL OR next_try_at <= ?::timestamptz)
                        """)
                .params(head, now())
                .query((row, _) -> new Due(
                        row.getString("webhook_id"),
                        URI.create(row.getString("url")),
                        row.getBytes("secret"),
                        Set.of((String[]) row.getArray("types").getArray()),
                        row.getLong("position"),
                        row.getInt("failures"),
                        row.getLong("version")))
                .list();
    }

    /** @return whether it is still wanted from there */
    boolean delivered(Due due, long position, Optional<String> answer) {
        return jdbc.sql("""
                        UPDATE webhook.webhook
                        SET position = ?, failures = 0, next_try_at = NULL, last_answer = coalesce(?::text, last_answer)
                        WHERE webhook_id = ? AND version = ?
                        """)
                        .params(Arrays.asList(position, answer.orElse(null), due.webhookId, due.version))
                        .update()
                == 1;
    }

    /** @param pause null: nothing more is sent until somebody asks for it */
    void failed(Due due, int failures, String answer, @Nullable Duration pause) {
        jdbc.sql("""
                UPDATE webhook.webhook SET failures = ?, next_try_at = ?::timestamptz, last_answer = ?, state = ?
                WHERE webhook_id = ? AND version = ?
                """)
                .params(Arrays.asList(
                        failures,
                        pause == null ? null : clock.instant().plus(pause).atOffset(ZoneOffset.UTC),
                        answer,
                        pause == null ? STOPPED : ACTIVE,
                        due.webhookId,
                        due.version))
                .update();
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
