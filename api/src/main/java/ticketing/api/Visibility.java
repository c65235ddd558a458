package ticketing.api;

import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;

/** Makes a writer's next read see what was written. */
@FunctionalInterface
public interface Visibility {

    /**
     * Waits, for a bounded time that is one for all of them, until these processing groups have seen everything that is committed now.
     *
     * @return whether they have
     */
    boolean awaitRead(String... processingGroups);

    /**
     * Waits until what was just written can be read. Whatever goes wrong here, it is written: so it is never told as a failure that changed nothing.
     *
     * @param name of the member in the problem document that says what was written, for example {@code bookingId}
     * @throws Problem 504 {@code outcome-unknown} if it cannot be read in time
     */
    default void await(String name, Object id, String... processingGroups) {
        written(name, id, () -> Optional.of(true), processingGroups);
    }

    /** What was just written, as the next read gives it; otherwise as {@link #await}. */
    default <T> T written(String name, Object id, Supplier<Optional<T>> read, String... processingGroups) {
        try {
            if (awaitRead(processingGroups)) {
                Optional<T> answer = read.get();
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(Visibility.class).warn("{} {} is written and could not be read", name, id, e);
        }
        throw new Problem(ProblemCode.OUTCOME_UNKNOWN, "It is done but cannot be read yet; read it in a moment.")
                .with(name, id);
    }
}
