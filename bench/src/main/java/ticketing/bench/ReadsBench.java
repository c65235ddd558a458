package ticketing.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ticketing.messages.show.ShowId;

/** What everybody reads of a show in a rush, beside nginx giving the same bytes from a file to the same client in turn. */
final class ReadsBench {

    private static final int ROWS = 100;
    private static final int BOOKINGS = 300;
    private static final int TOGETHER = 8;
    private static final int CONNECTIONS = 64;
    private static final int ROUNDS = 5;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration SETTLE = Duration.ofMillis(500);
    private static final Duration MEASURED = Duration.ofSeconds(3);

    private static final String PLAIN = "";
    private static final String GZIP = "Accept-Encoding: gzip\r\n";

    private final Path directory;
    private final Report report;

    ReadsBench(Path directory, Report report) {
        this.directory = directory;
        this.report = report;
    }

    private record Question(String what, String path, String headers, String file) {}

    void run() throws IOException, InterruptedException {
        String password = UUID.randomUUID().toString();
        report.begins("starting the program for readers");
        try (Program program = Program.start(directory, password);
                Api api = new Api(program.address());
                Wire wire = new Wire(program.address())) {
            String show = "/v1/events/" + hotShow(api, api.login(Program.ADMIN_EMAIL, password));
            List<Question> questions = List.of(
                    new Question("availability of 10,000 seats", show + "/availability", PLAIN, "availability"),
                    new Question("the same compressed", show + "/availability", GZIP, "availability.gz"),
                    new Question("the event", show, PLAIN, "event"),
                    new Question("the same compressed", show, GZIP, "event.gz"));
            Map<String, byte[]> files = new HashMap<>();
            for (Question question : questions) {
                files.put(
                        question.file,
                        wire.send("GET", question.path, question.headers, null).body());
            }
            for (Question question : questions) {
                report.begins("warming up: " + question.what);
                ask(program.address(), question.path, question.headers, files.get(question.file), WARM_UP.dividedBy(4));
            }
            Optional<Path> nginx = Nginx.program();
            if (nginx.isEmpty()) {
                report.fact("beside nginx", "not measured", "there is no nginx on the path");
                for (Question question : questions) {
                    compare(program.address(), null, question, files);
                }
                return;
            }
            Path served = Files.createDirectories(directory.resolve("nginx"));
            try (Nginx beside = Nginx.serving(nginx.get(), served, files)) {
                for (Question question : questions) {
                    compare(program.address(), beside.address(), question, files);
                }
            }
        }
    }

    private static ShowId hotShow(Api api, String organizer) throws IOException, InterruptedException {
        ShowId show = api.newShow(organizer, api.newVenue(organizer, ROWS), 3_600);
        api.publish(organizer, show);
        String buyer = api.newBuyer();
        List<Integer> groups = new ArrayList<>(
                IntStream.range(0, ROWS * 100 / TOGETHER).boxed().toList());
        Collections.shuffle(groups, new Random(1));
        for (int i = 0; i < BOOKINGS; i++) {
            int first = groups.get(i) * TOGETHER;
            String booking = api.reserve(
                            buyer,
                            show,
                            IntStream.range(first, first + TOGETHER).toArray())
                    .expect(201)
                    .body()
                    .path("bookingId")
                    .asString();
            if (i % 2 == 0) {
                api.confirm(buyer, booking).expect(200);
            }
        }
        return show;
    }

    private void compare(URI program, @Nullable URI nginx, Question question, Map<String, byte[]> files)
            throws InterruptedException {
        report.begins(question.what);
        byte[] body = Objects.requireNonNull(files.get(question.file));
        List<Load.Outcome> fromFile = new ArrayList<>();
        List<Load.Outcome> ours = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            if (nginx != null) {
                fromFile.add(ask(nginx, "/" + question.file, question.headers, body, MEASURED));
            }
            ours.add(ask(program, question.path, question.headers, body, MEASURED));
        }
        double first = Report.median((nginx == null ? ours : fromFile)
                .stream().map(Load.Outcome::perSecond).toList());
        String size = question.what + ", " + body.length + " bytes: ";
        if (nginx != null) {
            report.compared(size + "nginx from a file", fromFile, "requests/s", first);
        }
        report.compared(size + "the program", ours, "requests/s", first);
    }

    private static Load.Outcome ask(URI address, String path, String headers, byte @Nullable [] body, Duration measured)
            throws InterruptedException {
        int length = body == null ? 0 : body.length;
        return new Getter(address, path, headers, CONNECTIONS, 200, length).run(SETTLE, measured);
    }
}
