package ticketing.api.story;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import ticketing.api.commandline.CommandLine;

/** Runs commands beside the program, on its database. */
record Commands(JdbcConnectionDetails access) {

    /** What a command has printed. */
    record Outcome(int exitCode, String output) {
        Outcome expect(int expected) {
            if (exitCode != expected) {
                throw new AssertionError("expected " + expected + " but got " + this);
            }
            return this;
        }
    }

    Outcome run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(
                1,
                List.of(
                        "--url",
                        access.getJdbcUrl(),
                        "--user",
                        String.valueOf(access.getUsername()),
                        "--password",
                        String.valueOf(access.getPassword())));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        int exitCode = CommandLine.run(out, out, all.toArray(String[]::new));
        return new Outcome(exitCode, printed.toString(StandardCharsets.UTF_8));
    }
}
