package ticketing.api.start;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Says why the start failed in one line on stderr; Spring's own report of many lines is switched off in application.yaml. */
final class OneSentenceReporter implements FailureAnalysisReporter {

    @Override
    public void report(FailureAnalysis analysis) {
        String description = oneLine(analysis.getDescription());
        boolean ownSentence = analysis.getAction() == null;
        System.err.println(ownSentence ? description : description + " " + oneLine(analysis.getAction()));
    }

    private static String oneLine(@Nullable String text) {
        return text == null
                ? ""
                : text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .collect(Collectors.joining(" "));
    }
}
