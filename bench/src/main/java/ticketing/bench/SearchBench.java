package ticketing.bench;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import ticketing.api.embedded.ElasticsearchServer;
import ticketing.api.embedded.ServerFailure;
import ticketing.bench.Recorder.Asked;
import ticketing.messages.show.ShowId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A million shows in the index, and searches over HTTP beside the same searches asked of Elasticsearch without the program in between. Elasticsearch runs as
 * the program would run it, but is started here, so that what the program asks it can be noted on its way.
 */
final class SearchBench {

    private static final int SHOWS = Integer.getInteger("bench.shows", 1_000_000);
    private static final int CLIENTS = 32;
    private static final int QUERIES = 4_000;
    /** What 32 clients ask who look at an answer for a second or so. */
    private static final int STEADY = 25;

    /** About half of what two processors can bear. */
    private static final int BUSY = 250;

    /** A start page, and what everybody asks for today. */
    private static final int REPEATED = 20;

    private static final int ROUNDS = 3;
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(20);
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration MEASURED = Duration.ofSeconds(10);
    private static final Duration INDEXED_WITHIN = Duration.ofMinutes(20);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 200;
    private static final String ALIAS = "shows";

    private static final int SEATS = 100;
    private static final int BOOKINGS = 50;
    private static final int HOLD_SECONDS = 600;
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 20;

    /** The moment that the program lets shows be over by; asked again later it would be another one, so Elasticsearch could not just remember the answer. */
    private static final Pattern NOW = Pattern.compile("(\"overAt\":\\{\"gt\":\")[^\"]+\"");

    private static final int NOW_SECONDS = 10;

    private final Path directory;
    private final Report report;
    private final String password = UUID.randomUUID().toString();
    /** Of this run: the one before has taken its password along. */
    private final String admin = "bench-" + UUID.randomUUID() + "@example.com";

    private final JsonMapper json = JsonMapper.builder().build();
    private final SeasonOfAMillion season = new SeasonOfAMillion();
    private final AtomicLong byPostgres = new AtomicLong();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    SearchBench(Path directory, Report report) {
        this.directory = directory;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        // Both are there if an earlier run was told to keep them.
        if (!Files.exists(written())) {
            write();
        }
        try (ElasticsearchServer elasticsearch = ElasticsearchServer.start(
                directory.resolve("elasticsearch"),
                directory.resolve("data/programs"),
                new ElasticsearchServer.Size(DataSize.ofMegabytes(384), List.of()))) {
            if (get(elasticsearch.uri().resolve("/_alias/" + ALIAS)).statusCode() != 200) {
                index(elasticsearch.uri());
            }
            List<String> queries = SearchQueries.of(season, QUERIES);
            measure(elasticsearch.uri(), queries, recorded(elasticsearch.uri(), queries));
        } catch (ServerFailure e) {
            throw new IllegalStateException(e.sentence(), e);
        } finally {
            http.shutdownNow();
        }
    }

    private Path written() {
        return directory.resolve(SHOWS + "-shows-are-written");
    }

    private void write() throws IOException, InterruptedException {
        report.begins(String.format(Locale.ROOT, "writing %,d shows into the read models", SHOWS));
        try (Program program = start(Map.of("TICKETING_SEARCH_EMBEDDED", "false"))) {
            long begun = System.nanoTime();
            try (Connection database = database()) {
                season.write(database, SHOWS);
            } catch (SQLException e) {
                throw new IOException(e);
            }
            report.once(
                    String.format(Locale.ROOT, "%,d shows written into the read models", SHOWS),
                    Duration.ofNanos(System.nanoTime() - begun),
                    "straight into the tables, without commands or events");
            program.stop();
        }
        Files.createFile(written());
    }

    private Program start(Map<String, String> environment) throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>(environment);
        settings.put("TICKETING_ADMIN_EMAIL", admin);
        return Program.start(directory, password, settings);
    }

    private Connection database() throws IOException, SQLException {
        Properties access = new Properties();
        try (Reader file = Files.newBufferedReader(directory.resolve("data/postgres.properties"))) {
            access.load(file);
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + access.getProperty("port") + "/ticketing",
                "ticketing",
                access.getProperty("password"));
    }

    /** The program finds no index and builds one. */
    private void index(URI elasticsearch) throws IOException, InterruptedException {
        report.begins("indexing them");
        try (Program program = start(Map.of("SPRING_ELASTICSEARCH_URIS", elasticsearch.toString()))) {
            long end = System.nanoTime() + INDEXED_WITHIN.toNanos();
            while (get(elasticsearch.resolve("/_alias/" + ALIAS)).statusCode() != 200) {
                Inconsistent.unless(System.nanoTime() < end, "the index is not built in " + INDEXED_WITHIN);
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            Instant done = Instant.now();
            JsonNode settings = json.readTree(
                    get(elasticsearch.resolve("/" + ALIAS + "/_settings")).body());
            Instant begun = Instant.ofEpochMilli(Long.parseLong(settings.iterator()
                    .next()
                    .at("/settings/index/creation_date")
                    .asString()));
            int documents = json.readTree(
                            get(elasticsearch.resolve("/" + ALIAS + "/_count")).body())
                    .path("count")
                    .asInt();
            Inconsistent.unless(documents == SHOWS, SHOWS + " shows and " + documents + " documents");
            Duration took = Duration.between(begun, done);
            while (segments(elasticsearch) > 1) {
                Inconsistent.unless(System.nanoTime() < end, "the index is not merged in " + INDEXED_WITHIN);
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            Duration merged = Duration.between(done, Instant.now());
            report.fact(
                    String.format(Locale.ROOT, "%,d shows indexed", documents),
                    String.format(Locale.ROOT, "%,.0f docs/s", documents / (took.toMillis() / 1e3)),
                    String.format(
                            Locale.ROOT,
                            "%d s, from the empty index to the alias; read from PostgreSQL; %d s later it is one segment",
                            took.toSeconds(),
                            merged.toSeconds()));
            program.stop();
        }
    }

    private int segments(URI elasticsearch) throws IOException, InterruptedException {
        return json.readTree(get(elasticsearch.resolve("/" + ALIAS + "/_stats/segments"))
                        .body())
                .at("/_all/primaries/segments/count")
                .asInt();
    }

    /** What the program asks Elasticsearch for each of these queries: one request, and more where nothing was found at first. */
    private List<List<Asked>> recorded(URI elasticsearch, List<String> queries)
            throws IOException, InterruptedException {
        report.begins("noting what the program asks Elasticsearch");
        List<List<Asked>> recorded = new ArrayList<>();
        try (Recorder recorder = new Recorder(elasticsearch);
                Program program = start(
                        Map.of("SPRING_ELASTICSEARCH_URIS", recorder.address().toString()))) {
            awaitIndex(program);
            for (String query : queries) {
                recorder.take();
                // The first ones may be too slow for the program's patience.
                for (int tries = 0; !ask(program.address(), query).contains("\"source\":\"elasticsearch\""); tries++) {
                    Inconsistent.unless(tries < 5, "Elasticsearch does not answer in time: " + query);
                    TimeUnit.MILLISECONDS.sleep(1_100);
                    recorder.take();
                }
                List<Asked> asked = recorder.take();
                Inconsistent.unless(!asked.isEmpty(), "nothing was asked for " + query);
                recorded.add(asked);
            }
            program.stop();
        }
        long more = recorded.stream().filter(asked -> asked.size() > 1).count();
        report.fact(
                "queries",
                String.format(Locale.ROOT, "%,d", queries.size()),
                more + " of them need more than one request to Elasticsearch");
        return recorded;
    }

    private void awaitIndex(Program program) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!ask(program.address(), "/v1/events/search?pageSize=1").contains("\"source\":\"elasticsearch\"")) {
            Inconsistent.unless(System.nanoTime() < end, "Elasticsearch never answers");
            TimeUnit.MILLISECONDS.sleep(1_100);
        }
    }

    private void measure(URI elasticsearch, List<String> queries, List<List<Asked>> recorded)
            throws IOException, InterruptedException {
        List<Load.Outcome> direct = new ArrayList<>();
        List<Load.Outcome> through = new ArrayList<>();
        List<Load.Outcome> repeated = new ArrayList<>();
        try (Program program = start(Map.of("SPRING_ELASTICSEARCH_URIS", elasticsearch.toString()));
                Wire toElasticsearch = new Wire(elasticsearch);
                Wire toProgram = new Wire(program.address())) {
            awaitIndex(program);
            AtomicInteger next = new AtomicInteger();
            Load.Call straight = caller -> {
                for (Asked asked : recorded.get(Math.floorMod(next.getAndIncrement(), recorded.size()))) {
                    ask(toElasticsearch, asked);
                }
                return true;
            };
            Load.Call search = caller ->
                    counted(ask(toProgram, queries.get(Math.floorMod(next.getAndIncrement(), queries.size()))));
            Load.Call again =
                    caller -> counted(ask(toProgram, queries.get(Math.floorMod(next.getAndIncrement(), REPEATED))));
            report.begins("searching");
            Load.warmUp(CLIENTS, straight);
            Load.warmUp(CLIENTS, search);
            byPostgres.set(0);
            long answered = 0;
            for (int round = 0; round < ROUNDS; round++) {
                direct.add(Load.run(CLIENTS, WARM_UP, MEASURED, straight));
                through.add(Load.run(CLIENTS, WARM_UP, MEASURED, search));
                answered += through.getLast().latencies().getTotalCount();
            }
            report.compared("straight to Elasticsearch", direct, "searches/s", rate(direct));
            report.compared("over HTTP", through, "searches/s", rate(direct));
            report.fact(
                    "p99 over HTTP",
                    String.format(
                            Locale.ROOT,
                            "%.2f × the p99 without the program",
                            percentile(through) / percentile(direct)),
                    byPostgres.get() + " of more than " + answered + " were answered by PostgreSQL");
            for (int pace : List.of(STEADY, BUSY)) {
                report.begins("searching at a steady pace of " + pace + " a second");
                report.load(
                        "straight to Elasticsearch, on schedule",
                        Load.onSchedule(CLIENTS, pace, WARM_UP, MEASURED, straight),
                        "searches/s",
                        pace + " begin a second, whoever is still being answered");
                report.load(
                        "over HTTP, on schedule",
                        Load.onSchedule(CLIENTS, pace, WARM_UP, MEASURED, search),
                        "searches/s",
                        "the same");
            }
            report.begins("searching for the same again and again");
            for (int round = 0; round < ROUNDS; round++) {
                repeated.add(Load.run(CLIENTS, round == 0 ? FIRST_WARM_UP : WARM_UP, MEASURED, again));
            }
            report.compared(
                    "over HTTP, " + REPEATED + " queries again and again", repeated, "searches/s", rate(through));
            told(program.address());
            program.stop();
        }
    }

    /** How long it takes until searches tell what is booked: to a buyer, and to somebody unknown, whose answers may be a second old. */
    private void told(URI program) throws IOException, InterruptedException {
        report.begins("booking, and searching for what is left");
        Histogram buyers = Load.histogram();
        Histogram others = Load.histogram();
        try (Api api = new Api(program)) {
            String organizer = api.login(admin, password);
            String buyer = api.newBuyer();
            ShowId show = api.newShow(organizer, api.newVenue(organizer, 1), HOLD_SECONDS);
            api.publish(organizer, show);
            awaitLeft(api, show, null, SEATS);
            SplittableRandom pauses = new SplittableRandom(11);
            for (int seat = 0; seat < BOOKINGS; seat++) {
                // Or every booking would come right after a write of the index.
                TimeUnit.MILLISECONDS.sleep(pauses.nextInt(1_000));
                api.reserve(buyer, show, seat).expect(201);
                int left = SEATS - seat - 1;
                long booked = System.nanoTime();
                Load.each(2, 2, caller -> {
                    awaitLeft(api, show, caller == 0 ? buyer : null, left);
                    Load.record(caller == 0 ? buyers : others, System.nanoTime() - booked);
                    return true;
                });
            }
            api.send("POST", "/v1/events/" + show + "/cancel", organizer, null).expect(200, 202);
        }
        report.delays("from 201 to the search of a buyer", buyers, "one booking at a time");
        report.delays("the same to somebody unknown", others, "a second's cache in between");
    }

    private static void awaitLeft(Api api, ShowId show, @Nullable String token, int left)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + TOLD_WITHIN.toNanos();
        while (true) {
            JsonNode hit = api.send("GET", "/v1/events/search?performer=benchmarks&sort=date", token, null)
                    .expect(200)
                    .body()
                    .at("/items/0");
            if (hit.path("eventId").asString("").equals(show.value())
                    && hit.path("available").asInt() == left) {
                return;
            }
            Inconsistent.unless(
                    System.nanoTime() < end, "the search does not tell of " + left + " free seats, but " + hit);
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private static double rate(List<Load.Outcome> rounds) {
        return Report.median(rounds.stream().map(Load.Outcome::perSecond).toList());
    }

    private static double percentile(List<Load.Outcome> rounds) {
        return Report.median(rounds.stream()
                .map(round -> (double) round.latencies().getValueAtPercentile(99))
                .toList());
    }

    private boolean counted(String answer) {
        if (!answer.contains("\"source\":\"elasticsearch\"")) {
            byPostgres.incrementAndGet();
        }
        return true;
    }

    private String ask(URI program, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(program.resolve(path));
        Inconsistent.unless(answer.statusCode() == 200, "unexpected answer " + answer.statusCode() + " to " + path);
        return answer.body();
    }

    private static String ask(Wire program, String path) throws IOException {
        Wire.Reply answer = program.send("GET", path, "", null);
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        Inconsistent.unless(answer.status() == 200, "unexpected answer " + answer.status() + " to " + path);
        return body;
    }

    private static void ask(Wire elasticsearch, Asked asked) throws IOException {
        Instant over = Instant.ofEpochSecond((Instant.now().getEpochSecond() / NOW_SECONDS + 1) * NOW_SECONDS);
        Wire.Reply answer = elasticsearch.send(
                "POST",
                asked.path(),
                "Content-Type: " + asked.contentType() + "\r\nAccept: " + asked.accept() + "\r\n",
                NOW.matcher(asked.body()).replaceAll("$1" + over + "\"").getBytes(StandardCharsets.UTF_8));
        Inconsistent.unless(answer.status() == 200, "unexpected answer " + answer.status() + " to " + asked.body());
    }

    private HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(address).timeout(ANSWER_WITHIN).build(), BodyHandlers.ofString());
    }
}
