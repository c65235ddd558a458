package ticketing.api.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import ticketing.api.security.TokenSettings;
import ticketing.messages.UserId;

/**
 * Refresh tokens: each is good once and is replaced by the next of its family (one login). One that comes twice was stolen, from whoever came first
 * or second, so its whole family dies.
 */
@Component
class RefreshTokens {

    /** Logins a person can have at once; the longest unused end first. */
    private static final int FAMILIES = 20;

    /**
     * Tokens that a family can have, because the used ones are kept: half as many again as who refreshes every quarter of an hour needs in thirty days. After
     * the last a password is needed.
     */
    private static final int LONGEST_FAMILY = 4_500;

    private static final int SWEEP_BATCH = 1_000;
    private static final int SWEEP_BATCHES = 50;

    private final JdbcClient jdbc;
    private final TokenSettings settings;
    private final SecureRandom random = new SecureRandom();

    RefreshTokens(JdbcClient jdbc, TokenSettings settings) {
        this.jdbc = jdbc;
        this.settings = settings;
    }

    /** Starts a family. */
    String first(UserId user) {
        String token = random();
        Instant now = Instant.now();
        store(token, UUID.randomUUID(), user, 1, now, now.plus(settings.refreshLife()));
        jdbc.sql("""
                DELETE FROM account.refresh_token WHERE family_id IN (
                    SELECT family_id FROM account.refresh_token WHERE user_id = ? GROUP BY family_id ORDER BY max(issued_at) DESC OFFSET ?)
                """).params(user.value(), FAMILIES).update();
        return token;
    }

    /** Whose token this is; empty if nobody's (any more). */
    Optional<UserId> ownerOf(String token) {
        return jdbc.sql("SELECT user_id FROM account.refresh_token WHERE token_hash = ?")
                .param(hash(token))
                .query((row, _) -> new UserId(row.getString(1)))
                .optional();
    }

    /**
     * Spends a token for the next of its family, which ends when it would have ended anyway. Empty if the token is not good (any more).
     *
     * @param goodAgain how long after its first use it is still good; zero where a second use is a theft
     */
    Optional<String> next(String token, Duration goodAgain) {
        // now() is when a transaction began: of two at once, the one that began later may be the one that was first.
        Optional<Spent> spent = jdbc.sql("""
                UPDATE account.refresh_token SET used_at = coalesce(used_at, now())
                 WHERE token_hash = ? AND (used_at IS NULL OR (? AND used_at > now() - make_interval(secs => ?))) AND expires_at > now() AND ordinal < ?
                RETURNING family_id, user_id, ordinal, expires_at
                """)
                .params(hash(token), goodAgain.isPositive(), (double) goodAgain.toSeconds(), LONGEST_FAMILY)
                .query((row, _) -> new Spent(
                        row.getObject("family_id", UUID.class),
                        new UserId(row.getString("user_id")),
                        row.getInt("ordinal"),
                        row.getTimestamp("expires_at").toInstant()))
                .optional();
        if (spent.isEmpty()) {
            killFamilyOf(token);
            return Optional.empty();
        }
        String next = random();
        store(
                next,
                spent.get().family(),
                spent.get().user(),
                spent.get().ordinal() + 1,
                Instant.now(),
                spent.get().expiresAt());
        return Optional.of(next);
    }

    /** Ends the login this token belongs to, if there is one. */
    void killFamilyOf(String token) {
        jdbc.sql("""
                DELETE FROM account.refresh_token WHERE family_id = (SELECT family_id FROM account.refresh_token WHERE token_hash = ?)
                """).param(hash(token)).update();
    }

    /** Ends all logins of a person. */
    void killAllOf(UserId user) {
        jdbc.sql("DELETE FROM account.refresh_token WHERE user_id = ?")
                .param(user.value())
                .update();
    }

    /** The logins of a person that can still be refreshed. */
    List<Session> sessionsOf(UserId user) {
        return jdbc.sql("""
                SELECT min(issued_at) AS since, max(issued_at) AS refreshed, max(expires_at) AS ends FROM account.refresh_token
                 WHERE user_id = ? GROUP BY family_id ORDER BY since LIMIT 100
                """)
                .param(user.value())
                .query((row, _) -> new Session(
                        row.getTimestamp("since").toInstant(),
                        row.getTimestamp("refreshed").toInstant(),
                        row.getTimestamp("ends").toInstant()))
                .list();
    }

    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT2M")
    void sweep() {
        int swept = SWEEP_BATCH;
        for (int batch = 0; batch < SWEEP_BATCHES && swept == SWEEP_BATCH; batch++) {
            swept = jdbc.sql("""
                    DELETE FROM account.refresh_token WHERE token_hash IN (
                        SELECT token_hash FROM account.refresh_token WHERE expires_at < now() LIMIT ? FOR UPDATE SKIP LOCKED)
                    """).param(SWEEP_BATCH).update();
        }
    }

    private void store(String token, UUID family, UserId user, int ordinal, Instant issuedAt, Instant expiresAt) {
        jdbc.sql(
                        "INSERT INTO account.refresh_token (token_hash, family_id, user_id, ordinal, issued_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)")
                .params(
                        hash(token),
                        family,
                        user.value(),
                        ordinal,
                        issuedAt.atOffset(ZoneOffset.UTC),
                        expiresAt.atOffset(ZoneOffset.UTC))
                .update();
    }

    private String random() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    record Session(Instant since, Instant refreshedAt, Instant endsAt) {}

    private record Spent(UUID family, UserId user, int ordinal, Instant expiresAt) {}
}
