package ticketing.bench;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import ticketing.api.embedded.DataDirectory;
import ticketing.api.embedded.PostgresServer;

/**
 * How long a process with some of the roles takes until it is ready, and how much memory it then has, beside the whole program: on one PostgreSQL, or around the Axon
 * Server that the environment variable {@code AXON_SERVER} names. Each as Maven starts it, and as the image does: from jars, with a cache of classes that a first
 * start has left.
 */
final class RolesBench {

    private static final int STARTS = 3;
    private static final Duration SETTLED = Duration.ofSeconds(2);
    private static final long TRAINED_WITHIN_SECONDS = 180;

    private static final List<String> ON_POSTGRES = List.of("", "command,query,edge", "projection");
    private static final List<String> AROUND_AXON_SERVER = List.of("command", "query", "projection", "edge");

    private static final Map<String, String> WITHOUT_SEARCH = Map.of("TICKETING_SEARCH_EMBEDDED", "false");

    private final Path directory;
    private final Report report;
    private final String password = UUID.randomUUID().toString();
    private final @Nullable String axonServer = System.getenv("AXON_SERVER");

    RolesBench(Path directory, Report report) {
        this.directory = directory;
        this.report = report;
    }

    /** A way to start the program. */
    private record Java(String what, String classPath, List<String> options) {}

    void run() throws IOException, InterruptedException {
        List<Java> ways = List.of(new Java("", System.getProperty("java.class.path"), List.of()), trained());
        try (DataDirectory data = DataDirectory.claim(directory.resolve("database"));
                PostgresServer server = PostgresServer.start(data, directory.resolve("programs"))) {
            report.begins("making the tables");
            start(server, "", ways.getFirst()).close();
            for (Java way : ways) {
                for (String roles : axonServer == null ? ON_POSTGRES : AROUND_AXON_SERVER) {
                    measure(server, roles, way);
                }
            }
        }
    }

    private void measure(PostgresServer server, String roles, Java way) throws IOException, InterruptedException {
        String what = (roles.isEmpty() ? "all roles" : roles) + way.what();
        report.begins("starting " + what);
        List<Double> seconds = new ArrayList<>();
        List<Double> megabytes = new ArrayList<>();
        List<Double> heap = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            try (Program program = start(server, roles, way)) {
                seconds.add(program.startedIn().toNanos() / 1e9);
                TimeUnit.NANOSECONDS.sleep(SETTLED.toNanos());
                megabytes.add((double) Program.sum(program.memory()));
                heap.add(program.heapInUse() / 1e6);
            }
        }
        report.fact(
                what + (axonServer == null ? "" : ", around an Axon Server"),
                String.format(Locale.ROOT, "%.1f s", Report.median(seconds)),
                String.format(
                        Locale.ROOT,
                        "%.0f MB, of them %.0f MB heap in use; median of %d starts, slowest %.1f s",
                        Report.median(megabytes),
                        Report.median(heap),
                        STARTS,
                        seconds.stream().max(Double::compare).orElse(0.0)));
    }

    private Program start(PostgresServer server, String roles, Java way) throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>(WITHOUT_SEARCH);
        settings.put("SPRING_DATASOURCE_URL", server.jdbcUrl());
        settings.put("SPRING_DATASOURCE_USERNAME", server.user());
        settings.put("SPRING_DATASOURCE_PASSWORD", server.password());
        settings.put("TICKETING_ROLES", roles);
        if (axonServer != null) {
            settings.put("SPRING_PROFILES_ACTIVE", "axon-server");
            settings.put("AXON_SERVER", axonServer);
        }
        return Program.start(directory.resolve("program"), password, settings, way.classPath(), way.options());
    }

    /** As the Dockerfile does it: a start on an embedded database tells which classes are loaded and how they are linked. */
    private Java trained() throws IOException, InterruptedException {
        report.begins("making a cache of classes");
        Files.createDirectories(directory);
        String jars = jars();
        Path cache = directory.resolve("ticketing.aot");
        ProcessBuilder builder = new ProcessBuilder(Program.command(
                        jars, List.of("-XX:AOTCacheOutput=" + cache, "-Dspring.context.exit=onRefresh")))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("training.log").toFile());
        builder.environment().putAll(WITHOUT_SEARCH);
        builder.environment().put("TICKETING_DEMO", "false");
        builder.environment()
                .put("TICKETING_DATA_DIR", directory.resolve("training").toString());
        Process training = builder.start();
        try {
            if (!training.waitFor(TRAINED_WITHIN_SECONDS, TimeUnit.SECONDS) || !Files.exists(cache)) {
                throw new IllegalStateException("no cache was made; see " + directory.resolve("training.log"));
            }
        } finally {
            training.destroyForcibly();
        }
        return new Java(" with a cache of classes", jars, List.of("-XX:AOTCache=" + cache));
    }

    /** The class path of this process; a cache takes jars only, and our own classes are in directories. */
    private String jars() throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                Path jar = directory.resolve("classes" + jars.size() + ".jar");
                pack(path, jar);
                jars.add(jar.toString());
            } else {
                jars.add(entry);
            }
        }
        return String.join(File.pathSeparator, jars);
    }

    /** Directories too: by them packages are found. */
    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path path : (Iterable<Path>) all.filter(found -> !found.equals(classes))::iterator) {
                String name = classes.relativize(path).toString().replace(File.separatorChar, '/');
                zip.putNextEntry(new ZipEntry(Files.isDirectory(path) ? name + '/' : name));
                if (!Files.isDirectory(path)) {
                    Files.copy(path, zip);
                }
                zip.closeEntry();
            }
        }
    }
}
