package ticketing.api.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;

/**
 * A real Elasticsearch in a Java process of its own, which listens on the loopback interface only and ends when this process ends, however that happens: its
 * standard input is ours, and it stops where that stops. Its data outlives both.
 */
public final class ElasticsearchServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ElasticsearchServer.class);

    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    /** Afterwards it is killed, which loses nothing: what it has confirmed is on the disk. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(2);
    /** How long a server is awaited that ends because an earlier program was killed. */
    private static final Duration LONGEST_END = Duration.ofSeconds(10);

    private static final int READY = 0x18;
    private static final int STOP = 0x1B;
    private static final int MOST_ERRORS = 20_000;
    private static final String CONSOLE = "console.log";
    private static final String EARLIER = "server.properties";

    /** Three files of 5 MB at most, and nothing on the console. */
    private static final String LOGGING = """
            status = error
            appender.file.type = RollingFile
            appender.file.name = file
            appender.file.fileName = ${sys:es.logs.base_path}/server.log
            appender.file.filePattern = ${sys:es.logs.base_path}/server.%i.log
            appender.file.layout.type = PatternLayout
            appender.file.layout.pattern = %d{ISO8601} %-5p %-25c{1.} %marker%m%n%throwable{20}
            appender.file.policies.type = Policies
            appender.file.policies.size.type = SizeBasedTriggeringPolicy
            appender.file.policies.size.size = 5MB
            appender.file.strategy.type = DefaultRolloverStrategy
            appender.file.strategy.max = 2
            rootLogger.level = info
            rootLogger.appenderRef.file.ref = file
            """;

    private final Process process;
    private final URI uri;
    private final Path log;
    private final StringBuilder errors = new StringBuilder();
    private final CountDownLatch readyOrEnded = new CountDownLatch(1);
    private volatile boolean ready;

    private ElasticsearchServer(Process process, URI uri, Path log) {
        this.process = process;
        this.uri = uri;
        this.log = log;
    }

    /**
     * How much the server may take.
     *
     * @param heap of its Java; outside its heap it takes about 150 MB more, and half as much as its heap for its network buffers at most
     * @param jvmOptions further options of its Java, for example {@code -XX:TieredStopAtLevel=1} to start with less work
     */
    public record Size(DataSize heap, List<String> jvmOptions) {

        public Size {
            jvmOptions = List.copyOf(jvmOptions);
        }
    }

    /**
     * Starts a server without the program, for load tests, on a free port.
     *
     * @param directory where it keeps everything
     * @param programs where it is unpacked
     * @throws ServerFailure if it cannot be started, with its own reason
     */
    public static ElasticsearchServer start(Path directory, Path programs, Size size)
            throws ServerFailure, InterruptedException {
        int port = LoopbackPort.free()
                .orElseThrow(() -> new ServerFailure("No free port was found for the embedded Elasticsearch."));
        return start(directory, ElasticsearchProgram.unpackedIn(programs, ElasticsearchProgram.archive()), port, size);
    }

    /**
     * Starts the server and returns when it answers.
     *
     * @param directory where it keeps everything; created if it does not exist, and used by nobody else while the server runs
     * @param port where it serves HTTP
     * @throws ServerFailure if it cannot be started, with its own reason
     */
    static ElasticsearchServer start(Path directory, ElasticsearchProgram program, int port, Size size)
            throws ServerFailure, InterruptedException {
        Unprivileged unprivileged = Unprivileged.named()
                .orElseThrow(
                        () -> new ServerFailure(
                                "Elasticsearch never runs as root, and neither unshare nor setpriv works here to run it as somebody else: start the "
                                        + "program as another user, or set spring.elasticsearch.uris to an Elasticsearch of your own."));
        int transportPort = LoopbackPort.free()
                .orElseThrow(() -> new ServerFailure("No free port was found for the embedded Elasticsearch."));
        ElasticsearchServer server;
        try {
            awaitEndOfEarlier(directory);
            prepare(directory, unprivileged);
            server = launch(directory, program, unprivileged, port, transportPort, size);
        } catch (IOException e) {
            throw new ServerFailure(
                    "The embedded Elasticsearch in " + directory + " cannot be started: " + e.getMessage() + ".", e);
        }
        try {
            server.awaitReady();
            return server;
        } catch (ServerFailure | InterruptedException e) {
            server.process.destroyForcibly();
            throw e;
        }
    }

    /** Where it answers. */
    public URI uri() {
        return uri;
    }

    /** Its process. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Waits until the server's process has ended by itself and returns its exit code. */
    int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    /** Asks the server to stop, and kills it if it takes too long. */
    @Override
    public void close() {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(STOP);
            stdin.flush();
        } catch (IOException alreadyGone) {
            // Then there is nothing to stop, which the next lines see.
        }
        try {
            if (!process.waitFor(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the next start begin with nothing; what was there is kept until this happens again. */
    static void putDataAside(Path directory) throws ServerFailure {
        Path aside = directory.resolve("data.unusable");
        try {
            PostgresProgram.delete(aside);
            if (Files.exists(directory.resolve("data"))) {
                Files.move(directory.resolve("data"), aside);
                LOG.warn(
                        "The embedded Elasticsearch cannot be started with its data, which is put aside in {}.", aside);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ServerFailure(
                    "The embedded Elasticsearch's data in " + directory + " cannot be put aside: " + e.getMessage()
                            + ".",
                    e);
        }
    }

    private static void prepare(Path directory, Unprivileged unprivileged) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String part : List.of("data", "logs", "tmp", "config")) {
            Files.createDirectories(directory.resolve(part));
        }
        Files.writeString(directory.resolve("config/log4j2.properties"), LOGGING);
        Files.writeString(directory.resolve("config/elasticsearch.yml"), "");
        unprivileged.own(directory);
    }

    private static ElasticsearchServer launch(
            Path directory,
            ElasticsearchProgram program,
            Unprivileged unprivileged,
            int port,
            int transportPort,
            Size size)
            throws IOException {
        Path logs = directory.resolve("logs");
        Map<String, String> settings = new TreeMap<>(Map.ofEntries(
                Map.entry("cluster.name", "ticketing"),
                Map.entry("node.name", "embedded"),
                Map.entry("path.home", program.home().toString()),
                Map.entry("path.data", directory.resolve("data").toString()),
                Map.entry("path.logs", logs.toString()),
                Map.entry("network.host", "127.0.0.1"),
                Map.entry("http.port", Integer.toString(port)),
                Map.entry("transport.port", Integer.toString(transportPort)),
                Map.entry("discovery.type", "single-node"),
                // Whoever asks is on the same machine, where packing takes longer than sending.
                Map.entry("http.compression", "false"),
                // A disk that is 90 % full is no reason not to find a show: the index is small and can be made again.
                Map.entry("cluster.routing.allocation.disk.threshold_enabled", "false"),
                // As many searches as there are threads come at once: to divide one among them is quicker for it alone
                // and more work for all.
                Map.entry("search.query_phase_parallel_collection_enabled", "false"),
                // To find out for every search whether its counts by type and city could be had as sixty questions
                // takes longer than to count.
                Map.entry("search.aggs.rewrite_to_filter_by_filter", "false"),
                // An index without the mapping it should have would answer, and wrongly.
                Map.entry("action.auto_create_index", "false")));
        ProcessBuilder builder = new ProcessBuilder(
                        unprivileged.command(command(directory, program, size).toArray(new String[0])))
                .directory(program.home().toFile())
                // Nearly nothing comes this way: the log is a file of its own.
                .redirectOutput(logs.resolve(CONSOLE).toFile());
        // What somebody has set up for another Java or Elasticsearch must not reach ours.
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("ES_")
                        || List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH")
                                .contains(name));
        builder.environment().put("LIBFFI_TMPDIR", directory.resolve("tmp").toString());
        Process process = builder.start();
        ElasticsearchServer server =
                new ElasticsearchServer(process, URI.create("http://127.0.0.1:" + port), logs.resolve("server.log"));
        Thread.ofPlatform().daemon().name("elasticsearch-errors").start(server::read);
        remember(directory, process.toHandle());
        try {
            OutputStream stdin = process.getOutputStream();
            stdin.write(ElasticsearchArguments.of(settings, directory.resolve("config"), logs));
            stdin.flush();
        } catch (IOException endedAlready) {
            // What it said about that is told when its end is seen.
        }
        return server;
    }

    /** As Elasticsearch's own launcher starts it, with less memory. */
    private static List<String> command(Path directory, ElasticsearchProgram program, Size size) throws IOException {
        long heap = size.heap().toMegabytes();
        int java = Runtime.version().feature();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms" + Math.min(heap, 128) + "m",
                "-Xmx" + heap + "m",
                "-Xss1m",
                "-XX:MaxDirectMemorySize=" + heap / 2 + "m",
                "-XX:+UseG1GC",
                // Of its time a hundredth for collecting instead of a twelfth: what it may take, it takes when it is
                // busy.
                "-XX:GCTimeRatio=99",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ErrorFile=" + directory.resolve("logs/crash.log"),
                "-XX:-OmitStackTraceInFastThrow",
                "-Des.networkaddress.cache.ttl=60",
                "-Des.networkaddress.cache.negative.ttl=10",
                "-Djava.awt.headless=true",
                "-Dfile.encoding=UTF-8",
                "-Djna.nosys=true",
                "-Dio.netty.noUnsafe=true",
                "-Dio.netty.noKeySetOptimization=true",
                "-Dio.netty.recycler.maxCapacityPerThread=0",
                "-Dlog4j.shutdownHookEnabled=false",
                "-Dlog4j2.disable.jmx=true",
                "-Dlog4j2.formatMsgNoLookups=true",
                "-Djava.locale.providers=CLDR",
                "-Djava.io.tmpdir=" + directory.resolve("tmp"),
                "-Des.path.home=" + program.home(),
                "-Des.path.conf=" + directory.resolve("config"),
                "-Des.distribution.type=zip",
                "-Des.java.type=ES_JAVA_HOME",
                // Entitlements, which keep the server from files and hosts that are not its own.
                "-XX:+EnableDynamicAgentLoading",
                "-Djdk.attach.allowAttachSelf=true",
                "--patch-module=java.base=" + program.jarIn("lib/entitlement-bridge"),
                "--add-exports=java.base/org.elasticsearch.entitlement.bridge=org.elasticsearch.entitlement,java.logging,"
                        + "java.net.http,java.naming,jdk.net,jdk.zipfs,jdk.management.agent",
                "--add-opens=org.apache.lucene.core/org.apache.lucene.codecs.lucene99=org.elasticsearch.server",
                "--add-opens=org.apache.lucene.core/org.apache.lucene.codecs.hnsw=org.elasticsearch.server",
                "--add-opens=org.apache.lucene.core/org.apache.lucene.internal.vectorization=org.elasticsearch.server",
                "-Dorg.apache.lucene.vectorization.upperJavaFeatureVersion=" + java,
                "-Dorg.apache.lucene.store.defaultReadAdvice=normal",
                "-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1",
                "--enable-native-access=org.elasticsearch.nativeaccess,org.apache.lucene.core,org.elasticsearch.foreign",
                "--enable-native-access=ALL-UNNAMED",
                "--illegal-native-access=deny"));
        // With the first compiler alone, the vector module would make indexing of vectors crawl.
        if (!size.jvmOptions().contains("-XX:TieredStopAtLevel=1")) {
            command.add("--add-modules=jdk.incubator.vector");
        }
        command.addAll(size.jvmOptions());
        command.addAll(List.of(
                "--module-path",
                program.home().resolve("lib").toString(),
                "--add-modules=jdk.net,jdk.management.agent,ALL-MODULE-PATH",
                "-m",
                "org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch"));
        return command;
    }

    private void awaitReady() throws ServerFailure, InterruptedException {
        if (!readyOrEnded.await(LONGEST_START.toSeconds(), TimeUnit.SECONDS)) {
            throw new ServerFailure("The embedded Elasticsearch was not ready after " + LONGEST_START.toSeconds()
                    + " s; its log is " + log + ".");
        }
        if (!ready) {
            throw new ServerFailure(
                    "The embedded Elasticsearch cannot be started: " + reason() + "; its log is " + log + ".");
        }
    }

    /** Everything it says on its standard error, of which a bounded part is kept, until it ends. */
    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty() && line.charAt(0) == READY) {
                    ready = true;
                    readyOrEnded.countDown();
                } else {
                    synchronized (errors) {
                        if (errors.length() + line.length() < MOST_ERRORS) {
                            errors.append(line).append('\n');
                        }
                    }
                }
            }
        } catch (IOException ended) {
            // As the end of the stream.
        }
        readyOrEnded.countDown();
    }

    /** The first line in which it complains, or the last one in which its Java does, which writes to the standard output. */
    private String reason() throws InterruptedException {
        String said;
        synchronized (errors) {
            said = errors.toString();
        }
        String complaint = said.lines()
                .filter(line -> line.contains("xception") || line.contains("rror"))
                .findFirst()
                .orElseGet(this::lastOnConsole);
        String code = process.waitFor(1, TimeUnit.SECONDS)
                ? "it ended with exit code " + process.exitValue()
                : "it has closed its standard error";
        return complaint.isEmpty() ? code : code + ", " + complaint.strip();
    }

    private String lastOnConsole() {
        try (Stream<String> lines = Files.lines(log.resolveSibling(CONSOLE))) {
            return lines.filter(line -> !line.isBlank()).reduce("", (first, last) -> last);
        } catch (IOException | UncheckedIOException unreadable) {
            return "";
        }
    }

    private static void remember(Path directory, ProcessHandle process) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("pid", Long.toString(process.pid()));
        process.info().startInstant().ifPresent(start -> properties.setProperty("started", start.toString()));
        try (Writer file = Files.newBufferedWriter(directory.resolve(EARLIER))) {
            properties.store(file, "The server that uses this directory.");
        }
    }

    /** The server of a killed program may still be ending, and two on the same data are one too many. */
    private static void awaitEndOfEarlier(Path directory) throws IOException, ServerFailure, InterruptedException {
        Optional<ProcessHandle> earlier = earlier(directory);
        if (earlier.isEmpty() || hasEnded(earlier.get())) {
            return;
        }
        earlier.get().destroyForcibly();
        if (!hasEnded(earlier.get())) {
            throw new ServerFailure("The embedded Elasticsearch of an earlier run (process "
                    + earlier.get().pid() + ") does not end.");
        }
    }

    private static boolean hasEnded(ProcessHandle process) throws IOException, InterruptedException {
        try {
            if (Zombie.is(process.pid())) {
                return true;
            }
            process.onExit().get(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            throw new IOException("the end of an earlier server cannot be awaited", e);
        } catch (TimeoutException e) {
            return Zombie.is(process.pid());
        }
    }

    /** The process whose number and moment of start are the remembered ones; after a restart of the machine that number may be somebody else's. */
    private static Optional<ProcessHandle> earlier(Path directory) throws IOException {
        Path file = directory.resolve(EARLIER);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            Instant started = Instant.parse(properties.getProperty("started", Instant.EPOCH.toString()));
            return ProcessHandle.of(Long.parseLong(properties.getProperty("pid", "")))
                    .filter(process -> process.info()
                            .startInstant()
                            .filter(start ->
                                    Duration.between(start, started).abs().toSeconds() < 2)
                            .isPresent());
        } catch (IllegalArgumentException | DateTimeException damaged) {
            return Optional.empty();
        }
    }
}
