package ticketing.api.idempotency;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.node.Nodes;
import ticketing.messages.Gathering;
import ticketing.messages.UserId;

/**
 * The rows of the keys. Those who come at once are written together, because on a day of many bookings each would else be two transactions of its own.
 * Rows are locked in the order of the key everywhere, so that no two groups wait for each other.
 */
final class Records {

    /** A longer answer is written by itself: a group of them would be a lot of memory. */
    private static final int LARGEST_TOGETHER = 16_384;

    /** set_config is local to the one statement's transaction and holds for its commit: no further round trip. */
    private static final String CLAIM = """
            INSERT INTO account.idempotency AS i (user_id, key, claim, request_hash, state, created_at, claimed_at, node)
            SELECT c.user_id, c.key, c.claim, c.request_hash, 'RUNNING', now(), now(), nullif(?::integer, 0)
              FROM set_config('synchronous_commit', 'off', true),
                   unnest(?::text[], ?::text[], ?::uuid[], ?::bytea[]) AS c (user_id, key, claim, request_hash)
            ON CONFLICT (user_id, key) DO UPDATE
               SET claim = excluded.claim, request_hash = excluded.request_hash, state = 'RUNNING', claimed_at = excluded.claimed_at, node = excluded.node,
                   created_at = CASE WHEN i.created_at < now() - interval '24 hours' THEN excluded.created_at ELSE i.created_at END,
                   status = NULL, content_type = NULL, location = NULL, body = NULL
             WHERE i.created_at < now() - interval '24 hours'
                OR (i.request_hash = excluded.request_hash
                    AND (i.state = 'FREE' OR (i.state = 'RUNNING' AND (i.claimed_at < now() - interval '30 seconds' OR
                        (i.node IS NOT NULL AND NOT EXISTS (
                            SELECT FROM pg_locks n
                             WHERE n.locktype = 'advisory' AND n.classid::bigint = ? AND n.objid::bigint = i.node::bigint & 4294967295
                               AND n.objsubid = 2 AND n.granted
                               AND n.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())))))))
            RETURNING claim, (created_at AT TIME ZONE 'UTC')::date
            """;

    /**
     * An update of rows that are surely there, written as an insertion that always conflicts: a statement for each answer costs twice as much, and joined with a list of answers
     * a database without fresh statistics would read the whole table. Rows are locked before: a person who is being erased, with all keys, does not come back.
     */
    private static final String STORE = """
            INSERT INTO account.idempotency AS i (user_id, key, claim, request_hash, state, status, content_type, location, body, created_at, claimed_at, node)
            SELECT a.user_id, a.key, a.claim, claimed.request_hash, 'DONE', a.status, a.content_type, a.location, a.body,
                   claimed.created_at, claimed.claimed_at, claimed.node
              FROM set_config('synchronous_commit', 'off', true),
                   unnest(?::text[], ?::text[], ?::uuid[], ?::smallint[], ?::text[], ?::text[], ?::bytea[])
                     AS a (user_id, key, claim, status, content_type, location, body)
                   CROSS JOIN LATERAL (
                     SELECT * FROM account.idempotency c WHERE c.user_id = a.user_id AND c.key = a.key AND c.claim = a.claim LIMIT 1
                     FOR NO KEY UPDATE) claimed
            ON CONFLICT (user_id, key) DO UPDATE
               SET state = excluded.state, status = excluded.status, content_type = excluded.content_type, location = excluded.location, body = excluded.body
             WHERE i.claim = excluded.claim
            """;

    private static final String RELEASE = """
            UPDATE account.idempotency SET state = 'FREE'
              FROM set_config('synchronous_commit', 'off', true)
             WHERE user_id = :user AND key = :key AND claim = :claim
            """;

    private static final String FIND = """
            SELECT request_hash, state, status, content_type, location, body FROM account.idempotency WHERE user_id = :user AND key = :key
            """;

    private static final String SWEEP = """
            DELETE FROM account.idempotency USING set_config('synchronous_commit', 'off', true)
             WHERE (user_id, key) IN (
                SELECT user_id, key FROM account.idempotency WHERE created_at < now() - interval '24 hours' LIMIT :batch FOR UPDATE SKIP LOCKED)
            """;

    private static final Comparator<Claim> BY_KEY =
            Comparator.comparing(Claim::user).thenComparing(Claim::key);

    private final JdbcClient jdbc;
    private final int node;
    private final Gathering<Claim, LocalDate> claims = new Gathering<>(this::takeTogether);
    private final Gathering<Answer, Boolean> answers = new Gathering<>(this::keepTogether);

    /** @param node the number under which this process is known in the database while it lives; 0 if it need not be known */
    Records(JdbcTemplate jdbc, int node) {
        this.node = node;
        this.jdbc = JdbcClient.create(jdbc);
    }

    /** @param id tells two uses of the same key apart */
    @SuppressWarnings("ArrayRecordComponent") // lives for one request; the identifier alone makes it another
    record Claim(String user, String key, UUID id, byte[] hash) {}

    @SuppressWarnings("ArrayRecordComponent") // as the claim
    record Answer(
            Claim claim,
            int status,
            @Nullable String contentType,
            @Nullable String location,
            byte[] body) {}

    @SuppressWarnings("ArrayRecordComponent") // read once
    record Kept(
            byte[] hash,
            boolean done,
            int status,
            @Nullable String contentType,
            @Nullable String location,
            byte @Nullable [] body) {}

    /** The UTC day of the key's first use, if the key is this claim's now. */
    Optional<LocalDate> take(Claim claim) {
        return Optional.ofNullable(claims.ask(claim));
    }

    private Map<Claim, LocalDate> takeTogether(List<Claim> group) {
        // Of those with the same key one is first; the others find it running.
        Set<List<String>> keys = HashSet.newHashSet(group.size());
        List<Claim> first = group.stream()
                .filter(claim -> keys.add(List.of(claim.user(), claim.key())))
                .sorted(BY_KEY)
                .toList();
        Map<UUID, LocalDate> taken = new HashMap<>();
        jdbc.sql(CLAIM)
                .params(
                        node,
                        first.stream().map(Claim::user).toArray(String[]::new),
                        first.stream().map(Claim::key).toArray(String[]::new),
                        first.stream().map(Claim::id).toArray(UUID[]::new),
                        first.stream().map(Claim::hash).toArray(byte[][]::new),
                        Nodes.LOCKS)
                .query(row -> {
                    taken.put(row.getObject(1, UUID.class), row.getObject(2, LocalDate.class));
                });
        Map<Claim, LocalDate> days = new HashMap<>();
        for (Claim claim : first) {
            LocalDate day = taken.get(claim.id());
            if (day != null) {
                days.put(claim, day);
            }
        }
        return days;
    }

    void keep(Answer answer) {
        if (answer.body().length > LARGEST_TOGETHER) {
            keepTogether(List.of(answer));
        } else {
            answers.ask(answer);
        }
    }

    private Map<Answer, Boolean> keepTogether(List<Answer> group) {
        List<Answer> ordered = group.stream()
                .sorted(Comparator.comparing(Answer::claim, BY_KEY))
                .toList();
        jdbc.sql(STORE)
                .params(
                        texts(ordered, answer -> answer.claim().user()),
                        texts(ordered, answer -> answer.claim().key()),
                        ordered.stream().map(answer -> answer.claim().id()).toArray(UUID[]::new),
                        ordered.stream().map(answer -> (short) answer.status()).toArray(Short[]::new),
                        texts(ordered, Answer::contentType),
                        texts(ordered, Answer::location),
                        ordered.stream().map(Answer::body).toArray(byte[][]::new))
                .update();
        return Map.of();
    }

    private static <T> @Nullable String[] texts(List<T> rows, Function<T, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    void release(Claim claim) {
        jdbc.sql(RELEASE)
                .param("user", claim.user())
                .param("key", claim.key())
                .param("claim", claim.id())
                .update();
    }

    Optional<Kept> find(Claim claim) {
        return jdbc.sql(FIND)
                .param("user", claim.user())
                .param("key", claim.key())
                .query((row, _) -> new Kept(
                        row.getBytes("request_hash"),
                        row.getString("state").equals("DONE"),
                        row.getInt("status"),
                        row.getString("content_type"),
                        row.getString("location"),
                        row.getBytes("body")))
                .optional();
    }

    /** Forgets at most so many whose day is over, and says how many. */
    int sweep(int batch) {
        return jdbc.sql(SWEEP).param("batch", batch).update();
    }

    void forget(UserId user) {
        jdbc.sql("DELETE FROM account.idempotency WHERE user_id = ?")
                .param(user.value())
                .update();
    }
}
