package ticketing.api.idempotency;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import ticketing.api.idempotency.Records.Answer;
import ticketing.api.idempotency.Records.Claim;
import ticketing.api.idempotency.Records.Kept;
import ticketing.api.node.ThisNode;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.problem.Problems;
import ticketing.api.security.Caller;
import ticketing.messages.UserId;
import tools.jackson.databind.json.JsonMapper;

/**
 * Carries out each request with an Idempotency-Key once and repeats its answer.
 *
 * <p>The records are written without waiting for the disk: what they protect against twice (a booking, a payment) is also named by the key and so
 * cannot happen twice; a lost record costs the repetition of an answer, not a second booking.
 */
@Component
public final class Idempotency {

    private static final Logger log = LoggerFactory.getLogger(Idempotency.class);

    /** An answer beyond this is not worth keeping; the request can be carried out again. */
    private static final int BODY_BYTES = 1 << 20;

    private static final int SWEEP_BATCH = 1_000;
    private static final int SWEEP_BATCHES = 50;

    private static final int NAME_BYTES = 12;

    private final SecureRandom random = new SecureRandom();
    private final Records records;
    private final JsonMapper json;
    private final Problems problems;

    Idempotency(JdbcTemplate jdbc, JsonMapper json, Problems problems, ObjectProvider<ThisNode> self) {
        ThisNode node = self.getIfAvailable();
        this.records = new Records(jdbc, node == null || node.alone() ? 0 : node.key());
        this.json = json;
        this.problems = problems;
    }

    /**
     * Carries out the action, unless the same request was carried out before under this key: then its answer is given again, byte for byte, with
     * the header {@code Idempotency-Replayed: true}. Refusals are answers too; faults and "not now" are not, they may be tried again.
     *
     * <p>Call it outside of any transaction, on the thread of the request.
     *
     * @param key the header Idempotency-Key; without one the action is just carried out
     * @param request the body as bytes, or as an object whose JSON tells it apart from others; together with method and path it is what has to be
     *     the same
     * @throws Problem 400 {@code validation-failed} if the key is not 1 to 255 printable ASCII characters, 422 {@code idempotency-key-reused} if it
     *     came with another request, 409 {@code idempotency-key-in-flight} if that is still running
     */
    public ResponseEntity<?> once(
            Caller caller, @Nullable String key, Object request, Supplier<? extends ResponseEntity<?>> action) {
        return once(caller, key, request, _ -> action.get());
    }

    /**
     * As {@link #once(Caller, String, Object, Supplier)}, for an action that makes something.
     *
     * @param action gets a name for what it makes, in letters and digits: as long as the key lives it is always the same, even where the record of
     *     the key is lost; a key that is used again after its day, and every request without one, gets another
     */
    public ResponseEntity<?> once(
            Caller caller, @Nullable String key, Object request, Function<String, ? extends ResponseEntity<?>> action) {
        if (key == null) {
            return action.apply(randomName());
        }
        requireWellFormed(key);
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("an idempotent action must not be called inside a transaction");
        }
        Claim claim = new Claim(caller.id().value(), key, UUID.randomUUID(), hash(request));
        Optional<LocalDate> firstUse = records.take(claim);
        if (firstUse.isEmpty()) {
            Optional<Kept> kept = records.find(claim);
            if (kept.isPresent()) {
                return replay(claim, kept.get());
            }
            // It was forgotten in this very moment: then it may be used anew.
            firstUse = records.take(claim);
        }
        String name = name(claim, firstUse.orElseThrow(Idempotency::inFlight));
        return carryOut(claim, () -> action.apply(name));
    }

    /** The day makes it another name when the key comes back after its 24 hours; until then even a lost record is made on the same day. */
    private static String name(Claim claim, LocalDate firstUse) {
        byte[] digest = sha256(claim.user() + '\n' + claim.key() + '\n' + firstUse);
        return HexFormat.of().formatHex(digest, 0, NAME_BYTES);
    }

    private String randomName() {
        byte[] bytes = new byte[NAME_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private ResponseEntity<?> carryOut(Claim claim, Supplier<? extends ResponseEntity<?>> action) {
        ResponseEntity<byte[]> answer;
        try {
            answer = serialized(action.get());
        } catch (RuntimeException | Error thrown) {
            ResponseEntity<byte[]> refusal = refusal(claim, thrown);
            if (refusal == null) {
                throw thrown;
            }
            answer = refusal;
        }
        keep(claim, answer);
        return answer;
    }

    /** The refusal as an answer to keep, or null after giving the key back. */
    private @Nullable ResponseEntity<byte[]> refusal(Claim claim, Throwable thrown) {
        Problem problem;
        try {
            problem = problems.of(thrown);
        } catch (RuntimeException e) {
            thrown.addSuppressed(e);
            release(claim);
            return null;
        }
        if (!isFinal(problem.code())) {
            release(claim);
            throw problem; // what it is to the client is settled, and a fault is logged once
        }
        return problems.answer(problem);
    }

    private static boolean isFinal(ProblemCode code) {
        return code.status() < 500
                && code != ProblemCode.RATE_LIMITED
                && code != ProblemCode.IDEMPOTENCY_KEY_IN_FLIGHT
                && code != ProblemCode.PAYMENT_IN_PROGRESS;
    }

    private ResponseEntity<byte[]> serialized(ResponseEntity<?> answer) {
        HttpHeaders headers = new HttpHeaders();
        headers.putAll(answer.getHeaders());
        Object content = answer.getBody();
        byte[] body;
        if (content == null) {
            body = new byte[0];
        } else if (content instanceof byte[] bytes) {
            body = bytes;
        } else {
            body = json.writeValueAsBytes(content);
            if (headers.getContentType() == null) {
                headers.setContentType(MediaType.APPLICATION_JSON);
            }
        }
        return ResponseEntity.status(answer.getStatusCode()).headers(headers).body(body);
    }

    private void keep(Claim claim, ResponseEntity<byte[]> answer) {
        byte[] body = Objects.requireNonNullElse(answer.getBody(), new byte[0]);
        if (answer.getStatusCode().is5xxServerError() || body.length > BODY_BYTES) {
            release(claim);
            return;
        }
        MediaType contentType = answer.getHeaders().getContentType();
        URI location = answer.getHeaders().getLocation();
        try {
            records.keep(new Answer(
                    claim,
                    answer.getStatusCode().value(),
                    contentType == null ? null : contentType.toString(),
                    location == null ? null : location.toString(),
                    body));
        } catch (DataAccessException e) {
            // The action is done and its answer is good. A repetition meets the record "running" and, after 30 s, the
            // action again, which is safe.
            log.warn("an answer could not be kept for its Idempotency-Key", e);
        }
    }

    private void release(Claim claim) {
        try {
            records.release(claim);
        } catch (DataAccessException e) {
            log.warn("an Idempotency-Key could not be given back; it is free in 30 s", e);
        }
    }

    private static ResponseEntity<?> replay(Claim claim, Kept kept) {
        if (!Arrays.equals(claim.hash(), kept.hash())) {
            throw new Problem(
                    ProblemCode.IDEMPOTENCY_KEY_REUSED,
                    "This Idempotency-Key came before with another request; use a new key.");
        }
        if (!kept.done()) {
            throw inFlight();
        }
        HttpHeaders headers = new HttpHeaders();
        if (kept.contentType() != null) {
            headers.setContentType(MediaType.parseMediaType(kept.contentType()));
        }
        if (kept.location() != null) {
            headers.setLocation(URI.create(kept.location()));
        }
        headers.set("Idempotency-Replayed", "true");
        return ResponseEntity.status(kept.status()).headers(headers).body(kept.body());
    }

    private static Problem inFlight() {
        return new Problem(
                        ProblemCode.IDEMPOTENCY_KEY_IN_FLIGHT, "A request with this Idempotency-Key is still running.")
                .withHeader("Retry-After", "1");
    }

    private static void requireWellFormed(String key) {
        boolean printable = key.chars().allMatch(c -> c >= 0x20 && c <= 0x7E);
        if (key.isBlank() || key.length() > 255 || !printable) {
            throw Problem.invalid("Idempotency-Key", "must be 1 to 255 printable ASCII characters");
        }
    }

    private byte[] hash(Object request) {
        if (!(RequestContextHolder.currentRequestAttributes() instanceof ServletRequestAttributes current)) {
            throw new IllegalStateException("not on the thread of a request");
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((current.getRequest().getMethod()
                            + ' '
                            + current.getRequest().getRequestURI()
                            + '\n')
                    .getBytes(StandardCharsets.UTF_8));
            return digest.digest(request instanceof byte[] bytes ? bytes : json.writeValueAsBytes(request));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Forgets keys after their day, a bounded number each time. */
    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
    void sweep() {
        int swept = SWEEP_BATCH;
        for (int batch = 0; batch < SWEEP_BATCHES && swept == SWEEP_BATCH; batch++) {
            swept = records.sweep(SWEEP_BATCH);
        }
    }

    /** Forgets every key of a person who is erased. */
    public void forget(UserId user) {
        records.forget(user);
    }
}
