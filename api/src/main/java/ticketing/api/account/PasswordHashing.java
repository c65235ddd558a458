package ticketing.api.account;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.stereotype.Component;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;

/** bcrypt, with as many hashes at once as there are processors: it is slow on purpose, and must not be the way to stop everything else. */
@Component
class PasswordHashing {

    static final int SHORTEST_BYTES = 8;

    /** bcrypt ignores whatever comes after. */
    static final int LONGEST_BYTES = 72;

    private static final int WAIT_SECONDS = 20;

    private final BCryptPasswordEncoder encoder;
    private final Semaphore processors =
            new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);

    /** What a login with an unknown e-mail is compared with, so that it takes as long as one with a known. */
    private final String nobodys;

    PasswordHashing(@Value("${ticketing.accounts.bcrypt-strength:10}") int strength) {
        this.encoder = new BCryptPasswordEncoder(strength);
        this.nobodys = encoded("the password of nobody");
    }

    static boolean isPossible(String password) {
        int bytes = password.getBytes(StandardCharsets.UTF_8).length;
        return bytes >= SHORTEST_BYTES && bytes <= LONGEST_BYTES;
    }

    String hash(String password) {
        return inTurn(() -> encoded(password));
    }

    /** @param hash null for nobody's: never matches, and takes the same time */
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
        try {
            if (!processors.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new Problem(ProblemCode.UNAVAILABLE, "Too many people are logging in; try again shortly.")
                        .withHeader("Retry-After", "5");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(ProblemCode.UNAVAILABLE, "The service is shutting down.").withHeader("Retry-After", "5");
        }
        try {
            return work.get();
        } finally {
            processors.release();
        }
    }
}
