package ticketing.api.limits;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The buckets of all nodes together, in the database. A node spends from buckets of its own and settles with these now and then; so a limit is not exact between
 * two settlements, and costs a request nothing.
 */
final class SharedLimits {

    /** The shared bucket fills up by itself until now, and then loses what was spent. It can be overdrawn, by as much as it holds. */
    private static final String SETTLE = """
            INSERT INTO account.request_limit AS l (limited, caller, tokens, burst, per_second, at)
            SELECT s.limited, s.caller, s.burst - s.spent, s.burst, s.per_second, clock_timestamp()
              FROM unnest(?::text[], ?::bytea[], ?::float8[], ?::float8[], ?::float8[]) AS s (limited, caller, spent, burst, per_second),
                   set_config('synchronous_commit', 'off', true)
            ON CONFLICT (limited, caller) DO UPDATE
               SET tokens = greatest(-excluded.burst,
                       least(excluded.burst, l.tokens + greatest(0, extract(epoch FROM excluded.at - l.at)) * excluded.per_second)
                           - (excluded.burst - excluded.tokens)),
                   burst = excluded.burst, per_second = excluded.per_second, at = greatest(l.at, excluded.at)
            RETURNING limited, caller, tokens
            """;

    /** Whose bucket is full again is as if never seen. */
    private static final String SWEEP = """
            DELETE FROM account.request_limit WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM account.request_limit
                 WHERE tokens + extract(epoch FROM clock_timestamp() - at) * per_second >= burst LIMIT ? FOR UPDATE SKIP LOCKED))
            """;

    private static final int DIGEST_BYTES = 16;

    private final JdbcClient jdbc;

    SharedLimits(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param spent since the last settlement; negative if more was given back */
    record Spending(Limit limit, String who, LimitSettings.Bucket bucket, long spent) {}

    /**
     * Settles what was spent here.
     *
     * @return what each has left on all nodes together, perhaps less than nothing, in the order of the spendings
     */
    List<Double> settle(Collection<Spending> spendings) {
        List<Row> inOrder = new ArrayList<>();
        spendings.forEach(spending -> inOrder.add(new Row(spending, digest(spending.who()))));
        List<Row> rows = new ArrayList<>(inOrder);
        // The same order on all nodes, or two of them would wait for each other.
        rows.sort(Row.BY_KEY);
        Map<String, Double> left = new HashMap<>();
        jdbc.sql(SETTLE)
                .params(
                        rows.stream().map(row -> row.spending.limit().name()).toArray(String[]::new),
                        rows.stream().map(Row::caller).toArray(byte[][]::new),
                        rows.stream().map(row -> (double) row.spending.spent()).toArray(Double[]::new),
                        rows.stream()
                                .map(row -> (double) row.spending.bucket().burst())
                                .toArray(Double[]::new),
                        rows.stream()
                                .map(row -> row.spending.bucket().perSecond())
                                .toArray(Double[]::new))
                .query(row -> {
                    left.put(name(row.getString(1), row.getBytes(2)), row.getDouble(3));
                });
        return inOrder.stream()
                .map(row -> left.getOrDefault(name(row.spending.limit().name(), row.caller), (double)
                        row.spending.bucket().burst()))
                .toList();
    }

    /** Forgets so many at most whose buckets are full again; returns how many. */
    int sweep(int most) {
        return jdbc.sql(SWEEP).param(most).update();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(Spending spending, byte[] caller) {
        static final Comparator<Row> BY_KEY = Comparator.comparing(
                        (Row row) -> row.spending.limit().name())
                .thenComparing(Row::caller, Arrays::compareUnsigned);
    }

    private static String name(String limited, byte[] caller) {
        return limited + HexFormat.of().formatHex(caller);
    }

    private static byte[] digest(String who) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(who.getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(whole, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
