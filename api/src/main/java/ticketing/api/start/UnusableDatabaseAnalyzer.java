package ticketing.api.start;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** For a database that cannot be reached or does not let us in; any other database error is a fault of the program and keeps its stack trace. */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class UnusableDatabaseAnalyzer extends AbstractFailureAnalyzer<SQLException> {

    private final Environment environment;

    UnusableDatabaseAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
        String state = cause.getSQLState();
        if (state == null || state.length() < 2) {
            return null;
        }
        String database =
                "The database " + withoutSecrets(environment.getProperty("spring.datasource.url", "of the program"));
        String sentence = switch (state.substring(0, 2)) {
            case "08" -> database + " cannot be reached: is it running, and is spring.datasource.url right?";
            case "28" ->
                database
                        + " refuses the user name or the password: check spring.datasource.username and spring.datasource.password.";
            case "3D" -> database + " does not exist: create it, or correct spring.datasource.url.";
            case "42" ->
                "42501".equals(state)
                        ? database + " does not let this user create the tables: grant it the right to create schemas."
                        : null;
            case "53" -> database + " has no connection or no space left for this program.";
            case "57" -> database + " is starting or stopping: try again in a moment.";
            default -> null;
        };
        return sentence == null ? null : new FailureAnalysis(sentence, null, cause);
    }

    /** A JDBC URL may carry a password in its query. */
    private static String withoutSecrets(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }
}
