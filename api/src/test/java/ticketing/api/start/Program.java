package ticketing.api.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The whole program, or another main class of it, in a process of its own, as a person starts it. */
public final class Program implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Process process;
    private final Path output;
    private final Path errors;

    private Program(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /** Starts this main class with these arguments on this test's class path; its output goes to files in the directory. */
    public static Program start(Path directory, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Daxoniq.update-checker.disabled=true",
                "-Dticketing.embedded.program-dir="
                        + System.getProperty("ticketing.embedded.program-dir", "target/programs"),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(directory, "out", ".txt");
        Path errors = Files.createTempFile(directory, "err", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        return new Program(process, output, errors);
    }

    /** Waits until it has written this on stdout. */
    public void awaitOutput(String text) {
        Awaitility.await().atMost(LONGEST).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the program has ended: " + output() + errors());
            }
            return output().contains(text);
        });
    }

    /** Waits until it ends and returns its exit code. */
    public int awaitEnd() throws InterruptedException {
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the program does not end");
        }
        return process.exitValue();
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    public String output() throws IOException {
        return Files.readString(output);
    }

    public String errors() throws IOException {
        return Files.readString(errors);
    }

    @Override
    public void close() {
        kill();
    }
}
