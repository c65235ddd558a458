package ticketing.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs these tests on the Axon Server that the environment variable {@code AXON_SERVER} names, as {@code host:port} of its gRPC side; without one they are
 * skipped and say so. It may have events already; they stay, and those of the tests are added.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(OnAxonServer.Condition.class)
public @interface OnAxonServer {

    /** Tells {@link CommandSide} where to keep its events. */
    final class Condition implements ExecutionCondition, BeforeAllCallback, AfterAllCallback {

        private static final @Nullable String NAMED = System.getenv("AXON_SERVER");

        private static volatile boolean inUse;

        static @Nullable String inUse() {
            return inUse ? NAMED : null;
        }

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return NAMED == null || NAMED.isBlank()
                    ? ConditionEvaluationResult.disabled(
                            "Skipped: no Axon Server is named; AXON_SERVER=host:8124 runs these tests on it.")
                    : ConditionEvaluationResult.enabled("AXON_SERVER=" + NAMED);
        }

        @Override
        public void beforeAll(ExtensionContext context) {
            inUse = true;
        }

        @Override
        public void afterAll(ExtensionContext context) {
            inUse = false;
        }
    }
}
