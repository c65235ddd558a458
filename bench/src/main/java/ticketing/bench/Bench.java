package ticketing.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import ticketing.messages.show.ShowId;

/**
 * Measures the whole program, embedded parts included, and prints a table: first over HTTP against a program in a process of its own, then through the
 * command gateway of one inside this process, then what analysts do, then searches among a million shows, then a crowd of watchers and readers, then two nodes on one database, and last the program in parts. Takes an hour or more. Exits with 1 if anything was sold twice,
 * answered wrongly or lost.
 *
 * <p>{@code ./mvnw -q -Pbench -pl bench -am test-compile} runs it from the root.
 */
public final class Bench {

    private Bench() {}

    private enum Part {
        HTTP,
        KILL,
        GATEWAY,
        BURST,
        STAMPEDE,
        COMPARE,
        GROWTH,
        REPLAY,
        ANALYSIS,
        SEARCH,
        CROWD,
        READS,
        NODES,
        ROLES
    }

    /**
     * @param arguments the directory in which everything is kept, and the parts to run, or all without any; what an earlier run left in the directory is
     *     deleted, unless the system property {@code bench.keep} is true: then the search goes on with its shows and its index, which take long to make
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 0) {
            System.err.println("usage: Bench DIRECTORY [PART…], parts are " + Arrays.toString(Part.values()));
            System.exit(2);
        }
        List<Part> parts = arguments.length == 1
                ? List.of(Part.values())
                : Arrays.stream(arguments)
                        .skip(1)
                        .map(name -> Part.valueOf(name.toUpperCase(Locale.ROOT)))
                        .toList();
        Path directory = Path.of(arguments[0]).toAbsolutePath();
        long begun = System.nanoTime();
        Report report = new Report(System.out);
        System.out.println("Machine: " + Machine.description());
        if (!Boolean.getBoolean("bench.keep")) {
            empty(directory);
        }
        for (Part part : parts) {
            Path own = directory.resolve(part.name().toLowerCase(Locale.ROOT));
            try {
                switch (part) {
                    case HTTP -> overHttp(own, report);
                    case KILL -> new KillBench(own, UUID.randomUUID().toString(), report).run();
                    case GATEWAY -> inThisProcess(own, report, (_, gateway) -> gateway.run());
                    case BURST ->
                        inThisProcess(
                                own, report, (program, gateway) -> new BurstBench(program, gateway, report).run());
                    case STAMPEDE ->
                        inThisProcess(own, report, (program, _) -> new StampedeBench(program, report).run());
                    case COMPARE ->
                        inThisProcess(
                                own,
                                report,
                                (program, gateway) -> new CompareBench(program, gateway, own, report).run());
                    case GROWTH ->
                        inThisProcess(
                                own, report, (program, gateway) -> new GrowthBench(program, gateway, report).run());
                    case REPLAY -> inThisProcess(own, report, (program, _) -> new ReplayBench(program, report).run());
                    case ANALYSIS -> new AnalysisBench(own, report).run();
                    case SEARCH -> new SearchBench(own, report).run();
                    case CROWD -> new CrowdBench(own, report).run();
                    case READS -> new ReadsBench(own, report).run();
                    case NODES -> new NodesBench(own, report).run();
                    case ROLES -> new RolesBench(own, report).run();
                }
            } catch (RuntimeException | IOException e) {
                report.failed(part.name(), e);
            }
        }
        report.print();
        System.out.println();
        System.out.println("Machine: " + Machine.description() + "; "
                + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s in all");
        // Explicitly: whatever thread a failed start left behind must not keep this process alive.
        System.exit(report.hasFailures() ? 1 : 0);
    }

    private static void overHttp(Path directory, Report report) throws IOException, InterruptedException {
        String password = UUID.randomUUID().toString();
        report.begins("starting the program on an empty directory");
        Map<ShowId, Integer> kept;
        try (Program program = Program.start(directory, password)) {
            report.once("first start", program.startedIn(), "empty data directory, until ready");
            program.watchMemory();
            try (Api api = new Api(program.address())) {
                kept = new HttpBench(api, report, password).run();
            }
            Map<String, Long> memory = program.mostMemory();
            report.fact(
                    "the most memory during all that",
                    Program.sum(memory) + " MB",
                    memory + " in MB, as shared out among processes");
            report.once("stop", program.stop(), "from SIGTERM to the end of the process");
        }
        report.begins("starting the program again");
        try (Program program = Program.start(directory, password);
                Api api = new Api(program.address())) {
            report.once("second start", program.startedIn(), "same data directory, until ready");
            for (Map.Entry<ShowId, Integer> before : kept.entrySet()) {
                int sold = api.availability(before.getKey()).path("sold").asInt();
                Inconsistent.unless(
                        sold == before.getValue(),
                        before.getValue() + " seats were sold before the restart, " + sold + " after");
            }
        }
    }

    private interface InProcess {
        void on(ConfigurableApplicationContext program, GatewayBench gateway) throws IOException, InterruptedException;
    }

    private static void inThisProcess(Path directory, Report report, InProcess work)
            throws IOException, InterruptedException {
        report.begins("starting the program inside this process");
        try (ConfigurableApplicationContext program = new SpringApplication(programClass())
                .run(
                        "--server.port=0",
                        "--ticketing.data-dir=" + directory.resolve("data"),
                        "--ticketing.demo=false",
                        // What sells is measured here; what searches has a part of its own.
                        "--ticketing.search.embedded=false",
                        "--ticketing.rate-limits=false",
                        // What a part makes up is not sound, and would be told at length.
                        "--ticketing.audit.enabled=false",
                        "--ticketing.admin.email=" + Program.ADMIN_EMAIL,
                        "--ticketing.admin.password=" + UUID.randomUUID())) {
            GatewayBench gateway = new GatewayBench(program.getBean(CommandGateway.class), report);
            work.on(program, gateway);
        }
    }

    private static Class<?> programClass() {
        try {
            return Class.forName(Program.MAIN_CLASS);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the program is not on the class path", e);
        }
    }

    private static void empty(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                all.sorted(Comparator.reverseOrder()).forEach(path -> {
                    try {
                        Files.delete(path);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        }
        Files.createDirectories(directory);
    }
}
