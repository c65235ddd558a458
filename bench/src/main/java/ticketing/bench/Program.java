package ticketing.bench;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The whole program in a process of its own, with a data directory of its own. */
final class Program implements AutoCloseable {

    /** Named by text, so that this module needs nothing of the program but its classes at run time. */
    static final String MAIN_CLASS = "ticketing.api.TicketingApplication";

    static final String ADMIN_EMAIL = "bench@example.com";

    private static final String HEAP = System.getProperty("bench.heap", "384m");

    private static final long MEMORY_SECONDS = 2;

    private static final Duration START_WITHIN = Duration.ofSeconds(90);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

    private final Path directory;
    private final Process process;
    private final URI address;
    private final Duration startedIn;
    private volatile Map<String, Long> mostMemory = Map.of();

    private Program(Path directory, Process process, URI address, Duration startedIn) {
        this.directory = directory;
        this.process = process;
        this.address = address;
        this.startedIn = startedIn;
    }

    /** Starts the program without a search server, which sells nothing, and waits until it is ready. */
    static Program start(Path directory, String adminPassword) throws IOException, InterruptedException {
        return start(directory, adminPassword, Map.of("TICKETING_SEARCH_EMBEDDED", "false"));
    }

    /** Starts the program with these settings beside those that every measurement needs. */
    static Program start(Path directory, String adminPassword, Map<String, String> settings)
            throws IOException, InterruptedException {
        return start(directory, adminPassword, settings, System.getProperty("java.class.path"), List.of());
    }

    /** The same from this class path, in a JVM with these options beside those that it needs. */
    static Program start(
            Path directory, String adminPassword, Map<String, String> settings, String classPath, List<String> options)
            throws IOException, InterruptedException {
        int port = freePort();
        Path log = directory.resolve("program.log");
        Files.createDirectories(directory);
        ProcessBuilder builder = new ProcessBuilder(command(classPath, options))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment()
                .putAll(Map.of(
                        "SERVER_PORT",
                        Integer.toString(port),
                        "TICKETING_DATA_DIR",
                        directory.resolve("data").toString(),
                        "TICKETING_DEMO",
                        "false",
                        "TICKETING_RATE_LIMITS",
                        "false",
                        "TICKETING_ADMIN_EMAIL",
                        ADMIN_EMAIL,
                        "TICKETING_ADMIN_PASSWORD",
                        adminPassword));
        builder.environment().putAll(settings);
        long begun = System.nanoTime();
        Process process = builder.start();
        URI address = URI.create("http://localhost:" + port);
        try {
            awaitReady(process, address, begun, log);
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
        return new Program(directory, process, address, Duration.ofNanos(System.nanoTime() - begun));
    }

    /** How the program is started with a JVM's options. */
    static List<String> command(String classPath, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx" + HEAP,
                // As the program is started by its pom and its image.
                "-XX:+UseG1GC",
                "-XX:-G1UseAdaptiveIHOP",
                "-XX:InitiatingHeapOccupancyPercent=65",
                "-XX:MaxTenuringThreshold=2",
                "-XX:MaxGCPauseMillis=100",
                "-XX:TrimNativeHeapInterval=10000",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Daxoniq.update-checker.disabled=true"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, MAIN_CLASS));
        return command;
    }

    /** Looks every two seconds from now on how much memory it takes. To look takes a processor 40 ms, so nobody does who measures how long answers take at most. */
    void watchMemory() {
        Thread.ofPlatform().daemon().name("memory").start(this::lookAtMemory);
    }

    private void lookAtMemory() {
        try {
            while (process.isAlive()) {
                Map<String, Long> now = memory();
                if (sum(now) > sum(mostMemory)) {
                    mostMemory = now;
                }
                TimeUnit.SECONDS.sleep(MEMORY_SECONDS);
            }
        } catch (IOException | InterruptedException e) {
            // What was seen until now counts.
        }
    }

    static long sum(Map<String, Long> memory) {
        return memory.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The most that {@link #memory()} has told since {@link #watchMemory()}. */
    Map<String, Long> mostMemory() {
        return mostMemory;
    }

    private static void awaitReady(Process process, URI address, long begun, Path log)
            throws IOException, InterruptedException {
        HttpRequest ready = HttpRequest.newBuilder(address.resolve("/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (System.nanoTime() - begun < START_WITHIN.toNanos()) {
                if (!process.isAlive()) {
                    throw new IllegalStateException("the program ended by itself; see " + log);
                }
                try {
                    if (http.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException e) {
                    // Not listening yet.
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        throw new IllegalStateException(
                "the program is not ready after " + START_WITHIN.toSeconds() + " s; see " + log);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    URI address() {
        return address;
    }

    /** From the start of the process to the first answer that it is ready. */
    Duration startedIn() {
        return startedIn;
    }

    /**
     * The memory that it takes with everything it has started, in MB by what: the proportional set size, in which memory that processes share is counted once. Empty
     * where the machine does not tell.
     */
    Map<String, Long> memory() throws IOException {
        Map<String, Long> memory = new TreeMap<>();
        memory.put("program", megabytes(process.toHandle()));
        process.descendants()
                .forEach(child -> memory.merge(
                        child.info().command().orElse("").contains("java") ? "Elasticsearch" : "others",
                        megabytes(child),
                        Long::sum));
        // It is nobody's child, because it outlives a program that is killed.
        Path postmaster = directory.resolve("data/postgres/postmaster.pid");
        if (Files.exists(postmaster)) {
            ProcessHandle.of(Long.parseLong(Files.readAllLines(postmaster).getFirst()))
                    .ifPresent(server -> memory.put(
                            "PostgreSQL",
                            megabytes(server)
                                    + server.descendants()
                                            .mapToLong(Program::megabytes)
                                            .sum()));
        }
        memory.values().removeIf(megabytes -> megabytes == 0);
        return memory;
    }

    private static long megabytes(ProcessHandle process) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    / 1_024;
        } catch (IOException | UncheckedIOException e) {
            // It has just ended, or this is no Linux.
            return 0;
        }
    }

    /** The processor time that it has used so far, without its database. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The bytes of its heap that are in use after a full collection. */
    long heapInUse() throws IOException, InterruptedException {
        Process asked = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        try (Stream<String> lines = asked.inputReader().lines()) {
            String total = lines.filter(line -> line.startsWith("Total"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("jcmd does not tell the program's heap"));
            return Long.parseLong(total.strip().replaceAll(".*\\s", ""));
        } finally {
            asked.waitFor();
        }
    }

    /** Where the embedded database of a program on this directory is reached, password and all. */
    static String database(Path directory) throws IOException {
        Properties access = new Properties();
        try (Reader file = Files.newBufferedReader(directory.resolve("data/postgres.properties"))) {
            access.load(file);
        }
        return "jdbc:postgresql://127.0.0.1:" + access.getProperty("port") + "/ticketing?user=ticketing&password="
                + URLEncoder.encode(access.getProperty("password"), StandardCharsets.UTF_8);
    }

    /** Asks it to go and waits until it has. */
    Duration stop() throws InterruptedException {
        long begun = System.nanoTime();
        process.destroy();
        Inconsistent.unless(
                process.waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS),
                "the program has not left after " + STOP_WITHIN.toSeconds() + " s");
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Ends it as a power cut would, as far as it is concerned, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroy();
            try {
                if (!process.waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
