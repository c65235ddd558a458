package ticketing.api.commandline;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ticketing.api.start.StartRefused;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Has a running program build a read model anew, and watches it. Whoever stops watching does not stop the replay. */
final class ReplayCommand implements CommandLine.Command {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    /** The embedded default's first administrator, and where its password is kept. */
    private static final String EMBEDDED_ADMIN = "admin@demo.example";

    private static final String PASSWORD_FILE = "admin-password";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @Override
    public String usage() {
        return """
                replay NAME [--from POSITION] [--server URL] [--data-dir DIR]
                    has the program that runs at URL (http://localhost:8080) build a read model anew, for example seat-view, and shows how far it is;
                    logs in as TICKETING_ADMIN_EMAIL with TICKETING_ADMIN_PASSWORD, or else as the embedded default's administrator""";
    }

    @Override
    public int run(List<String> given, PrintStream out, PrintStream progress) throws Exception {
        Arguments arguments = new Arguments(given, Set.of("from", "server", "data-dir"), Set.of());
        if (arguments.rest().size() != 1) {
            throw new UsageException("Name one read model.");
        }
        String name = arguments.rest().getFirst();
        if (!name.matches("[a-z-]{1,40}")) {
            throw new UsageException("No read model can have this name.");
        }
        Long from = arguments
                .option("from", "a position, a whole number", Long::valueOf)
                .orElse(null);
        URI server = arguments
                .option("server", "a URL such as http://localhost:8080", ReplayCommand::server)
                .orElseGet(() -> URI.create("http://localhost:" + setting("SERVER_PORT", "8080")));
        URI projection = server.resolve("/v1/projections/" + name);
        String token = logIn(server, arguments);
        Map<String, Object> body = new LinkedHashMap<>();
        if (from != null) {
            body.put("from", from);
        }
        JsonNode replay = accepted(send("POST", server.resolve("/v1/projections/" + name + "/replay"), token, body));
        Bar bar = new Bar(progress, "events");
        while (true) {
            String state = replay.path("state").asString("");
            long begin = replay.path("from").asLong() - 1;
            long done = replay.path("events").asLong();
            switch (state) {
                case "DONE" -> {
                    bar.finish(done);
                    out.printf(
                            Locale.ROOT,
                            "%s is built anew from %,d events, %,d a second, and has taken its place.%n",
                            name,
                            done,
                            replay.path("eventsPerSecond").asLong());
                    return 0;
                }
                case "FAILED" -> {
                    progress.println("The replay has failed, and the present read model is untouched: "
                            + replay.path("failure").asString(""));
                    return CommandLine.FAILED;
                }
                default ->
                    bar.show(
                            done,
                            Math.max(done, head(send("GET", server.resolve("/v1/projections"), token, null)) - begin));
            }
            Thread.sleep(LOOK_AGAIN);
            HttpResponse<String> answer = send("GET", projection, token, null);
            if (answer.statusCode() == 401) {
                token = logIn(server, arguments);
            } else {
                replay = accepted(answer);
            }
        }
    }

    private static URI server(String url) {
        URI server = URI.create(url);
        if (server.getHost() == null || !Set.of("http", "https").contains(server.getScheme())) {
            throw new IllegalArgumentException("no server can be there");
        }
        return server;
    }

    private static long head(HttpResponse<String> projections) {
        return projections.statusCode() == 200 ? read(projections).path("head").asLong() : 0;
    }

    private static JsonNode accepted(HttpResponse<String> answer) {
        JsonNode said = read(answer);
        if (answer.statusCode() >= 300) {
            throw new StartRefused(said.path("detail").asString("The program answers " + answer.statusCode() + "."));
        }
        return said.path("replay");
    }

    /** Somebody else may be at that address. */
    private static JsonNode read(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JacksonException e) {
            throw new StartRefused(
                    "What answers at " + answer.uri().resolve("/") + " is not this program (" + answer.statusCode()
                            + ").",
                    e);
        }
    }

    private String logIn(URI server, Arguments arguments) throws IOException, InterruptedException {
        String email = setting("TICKETING_ADMIN_EMAIL", EMBEDDED_ADMIN);
        String password = setting("TICKETING_ADMIN_PASSWORD", "");
        if (password.isEmpty()) {
            Path file = arguments
                    .directory("data-dir")
                    .orElseGet(() -> Path.of(setting("TICKETING_DATA_DIR", "./data")))
                    .resolve(PASSWORD_FILE);
            if (!Files.isReadable(file)) {
                throw new StartRefused("There is no " + file
                        + ": set TICKETING_ADMIN_EMAIL and TICKETING_ADMIN_PASSWORD, or --data-dir.");
            }
            password = Files.readString(file).strip();
        }
        HttpResponse<String> answer =
                send("POST", server.resolve("/v1/login"), null, Map.of("email", email, "password", password));
        if (answer.statusCode() != 200) {
            throw new StartRefused("The program does not let " + email + " in (" + answer.statusCode() + ").");
        }
        return read(answer).path("accessToken").asString("");
    }

    private HttpResponse<String> send(String method, URI uri, @Nullable String token, @Nullable Object body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(ANSWER_WITHIN)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new StartRefused("Nothing answers at " + uri.resolve("/") + ": is the program running?", e);
        } catch (HttpTimeoutException e) {
            throw new StartRefused("The program at " + uri.resolve("/") + " does not answer in time.", e);
        } catch (IOException e) {
            throw new StartRefused("There is no talking with " + uri.resolve("/") + ": " + e.getMessage(), e);
        }
    }

    private static String setting(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
