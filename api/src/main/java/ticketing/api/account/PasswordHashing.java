package ticketing.api.account;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.stereotype.Component;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;

/**
 * bcrypt, slow on purpose, and kept from stopping everything else: it runs on few platform threads of its own, half as many as there are processors. A request's
 * virtual thread waits for its turn; were it to compute itself, it would hold one of the threads that carry all requests until it is done.
 */
@Component
class PasswordHashing implements DisposableBean {

    static final int SHORTEST_BYTES = 8;

    /** bcrypt ignores whatever comes after. */
    static final int LONGEST_BYTES = 72;

    static final String THREAD = "password-hash-";

    /** More than one thread works off in the time that anybody waits. */
    private static final int WAITING = 500;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final BCryptPasswordEncoder encoder;
    private final ThreadPoolExecutor threads;

    /** What a login with an unknown e-mail is compared with, so that it takes as long as one with a known. */
    private final String nobodys;

    @Autowired
    PasswordHashing(@Value("${ticketing.accounts.bcrypt-strength:10}") int strength) {
        this(strength, Math.max(1, Runtime.getRuntime().availableProcessors() / 2), WAITING);
    }

    /** @param waiting how many may wait for a thread; the next is refused at once */
    PasswordHashing(int strength, int threads, int waiting) {
        this.encoder = new BCryptPasswordEncoder(strength);
        this.threads = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(waiting),
                Thread.ofPlatform().daemon().name(THREAD, 1).factory());
        this.nobodys = encoded("the password of nobody");
    }

    static boolean isPossible(String password) {
        int bytes = password.getBytes(StandardCharsets.UTF_8).length;
        return bytes >= SHORTEST_BYTES && bytes <= LONGEST_BYTES;
    }

    /** @throws Problem 503 {@code unavailable} if too many wait already, or the turn does not come in time */
    String hash(String password) {
        return inTurn(() -> encoded(password));
    }

    /**
     * Whether the password has this hash.
     *
     * @param hash null for nobody's: never matches, and takes the same time
     * @throws Problem 503 {@code unavailable} if too many wait already, or the turn does not come in time
     */
    boolean matches(String password, @Nullable String hash) {
        boolean possible = isPossible(password);
        String compared = possible ? password : "password";
        boolean same = inTurn(() -> encoder.matches(compared, hash == null ? nobodys : hash));
        return same && possible && hash != null;
    }

    private String encoded(String password) {
        String hash = encoder.encode(password);
        if (hash == null) {
            throw new IllegalStateException("bcrypt gave no hash");
        }
        return hash;
    }

    private <T> T inTurn(Supplier<T> work) {
        Future<T> result;
        try {
            result = threads.submit(work::get);
        } catch (RejectedExecutionException e) {
            throw threads.isShutdown() ? stopping() : tooMany();
        }
        try {
            return result.get(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            result.cancel(false); // nobody waits for it any more, so its turn need not come
            throw tooMany();
        } catch (InterruptedException e) {
            result.cancel(false);
            Thread.currentThread().interrupt();
            throw stopping();
        } catch (ExecutionException e) {
            throw new IllegalStateException("bcrypt failed", e.getCause());
        }
    }

    private static Problem tooMany() {
        return new Problem(ProblemCode.UNAVAILABLE, "Too many people are logging in; try again shortly.")
                .withHeader("Retry-After", "5");
    }

    private static Problem stopping() {
        return new Problem(ProblemCode.UNAVAILABLE, "The service is shutting down.").withHeader("Retry-After", "5");
    }

    @Override
    public void destroy() {
        threads.shutdown();
    }
}
