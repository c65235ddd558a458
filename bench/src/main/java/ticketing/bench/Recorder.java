package ticketing.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/** Stands between the program and Elasticsearch and notes what the program asks, so that the same can be asked without the program. */
final class Recorder implements AutoCloseable {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final int MOST = 100;

    private final URI elasticsearch;
    private final HttpServer server;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    private List<Asked> asked = new ArrayList<>();

    /** A search as the program sent it. */
    record Asked(String path, String contentType, String accept, String body) {}

    Recorder(URI elasticsearch) throws IOException {
        // Or every answer waits 40 ms for the acknowledgement of its first part; read when the first server is made.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        this.elasticsearch = elasticsearch;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::pass);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What was asked since it was last taken, a hundred searches at most. */
    synchronized List<Asked> take() {
        List<Asked> taken = asked;
        asked = new ArrayList<>();
        return taken;
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().toString();
            String type = header(exchange, "Content-Type");
            String accept = header(exchange, "Accept");
            if (path.contains("_search") || path.contains("_msearch")) {
                note(new Asked(path, type, accept, new String(body, StandardCharsets.UTF_8)));
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(elasticsearch.resolve(path))
                    .timeout(ANSWER_WITHIN)
                    .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
            if (!type.isEmpty()) {
                request.header("Content-Type", type);
            }
            if (!accept.isEmpty()) {
                request.header("Accept", accept);
            }
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            for (String name : List.of("Content-Type", "X-Elastic-Product")) {
                answer.headers()
                        .firstValue(name)
                        .ifPresent(value -> exchange.getResponseHeaders().set(name, value));
            }
            boolean none = exchange.getRequestMethod().equals("HEAD") || answer.body().length == 0;
            exchange.sendResponseHeaders(answer.statusCode(), none ? -1 : answer.body().length);
            if (!none) {
                exchange.getResponseBody().write(answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void note(Asked one) {
        if (asked.size() < MOST) {
            asked.add(one);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    @Override
    public void close() {
        server.stop(0);
        http.shutdownNow();
    }
}
