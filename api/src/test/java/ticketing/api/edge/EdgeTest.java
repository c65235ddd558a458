package ticketing.api.edge;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running edge and somebody who talks HTTP to it. */
@SpringBootTest(
        classes = EdgeApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            // This application's own configuration is not under test.
            "spring.config.name=edge-test",
            "spring.jpa.hibernate.ddl-auto=validate",
            "spring.jpa.open-in-view=false",
            "spring.threads.virtual.enabled=true",
            "ticketing.accounts.bcrypt-strength=4",
            "ticketing.admin.email=Admin@Example.com",
            "ticketing.admin.password=correct horse"
        })
abstract class EdgeTest {

    private static final EmbeddedPostgres POSTGRES = start();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    static final JsonMapper JSON = JsonMapper.shared();

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
        properties.add("spring.datasource.url", () -> POSTGRES.getJdbcUrl("postgres", "postgres"));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    static Answer send(HttpRequest.Builder request) {
        try {
            return new Answer(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer get(String path, String... headers) {
        return send(with(request(path).GET(), headers));
    }

    Answer post(String path, String json, String... headers) {
        return send(with(
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)), headers));
    }

    Answer put(String path, String json, String... headers) {
        return send(with(
                request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(json)), headers));
    }

    Answer delete(String path, String... headers) {
        return send(with(request(path).DELETE(), headers));
    }

    private static HttpRequest.Builder with(HttpRequest.Builder request, String... headers) {
        return headers.length == 0 ? request : request.headers(headers);
    }

    /** Somebody new, logged in. */
    Somebody somebody() {
        String email = "p" + UUID.randomUUID() + "@example.com";
        Answer registered = post(
                "/v1/users", "{\"email\":\"%s\",\"password\":\"password1\",\"name\":\"Some Body\"}".formatted(email));
        if (registered.status() != 201) {
            throw new AssertionError(registered);
        }
        return login(email, "password1");
    }

    Somebody admin() {
        return login("admin@example.com", "correct horse");
    }

    /** Somebody new with just this role. */
    Somebody somebodyWith(String role) {
        Somebody body = somebody();
        Answer given = put("/v1/users/" + body.userId() + "/roles", "{\"roles\":[\"" + role + "\"]}", admin().bearer());
        if (given.status() != 200) {
            throw new AssertionError(given);
        }
        return login(body.email(), "password1");
    }

    Somebody login(String email, String password) {
        Answer answer = post("/v1/login", "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password));
        if (answer.status() != 200) {
            throw new AssertionError(answer);
        }
        String accessToken = answer.json().get("accessToken").asString();
        String[] bearer = {"Authorization", "Bearer " + accessToken};
        return new Somebody(
                get("/v1/users/me", bearer).json().get("userId").asString(),
                email,
                accessToken,
                answer.json().get("refreshToken").asString());
    }

    record Somebody(String userId, String email, String accessToken, String refreshToken) {
        String[] bearer(String... more) {
            String[] headers = new String[more.length + 2];
            headers[0] = "Authorization";
            headers[1] = "Bearer " + accessToken;
            System.arraycopy(more, 0, headers, 2, more.length);
            return headers;
        }
    }

    record Answer(int status, HttpResponse<byte[]> response) {
        Answer(HttpResponse<byte[]> response) {
            this(response.statusCode(), response);
        }

        String text() {
            return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return JSON.readTree(response.body());
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** Status and code of a problem document, having seen that it is one. */
        String problem() {
            if (!header("Content-Type").startsWith("application/problem+json")) {
                throw new AssertionError("not a problem document: " + this);
            }
            JsonNode document = json();
            String code = document.get("code").asString();
            if (!document.get("type").asString().equals("/problems/" + code)
                    || document.get("status").asInt() != status
                    || document.get("title").asString().isBlank()
                    || document.get("detail").asString().isBlank()) {
                throw new AssertionError("a bad problem document: " + this);
            }
            return status + " " + code;
        }

        @Override
        public String toString() {
            return status + " " + response.headers().map() + " " + text();
        }
    }
}
