package ticketing.api.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "ticketing.requests.at-once=1")
class RequestsAtOnceTest extends EdgeTest {

    private static final String BODY = "{\"email\":\"nobody@example.com\",\"password\":\"wrong\"}";

    @Test
    void who_comes_beyond_the_bound_is_told_to_come_back_and_health_is_told_all_the_same() throws IOException {
        assertThat(get("/problems").status()).isEqualTo(200);
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), port)) {
            slow.setSoTimeout(30_000);
            OutputStream out = slow.getOutputStream();
            write(
                    out,
                    "POST /v1/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                            + "Content-Length: "
                            + BODY.length()
                            + "\r\n\r\n");
            await().until(() -> get("/problems").status() == 503);

            Answer turnedAway = get("/problems");
            assertThat(turnedAway.problem()).isEqualTo("503 overloaded");
            assertThat(turnedAway.header("Retry-After")).isEqualTo("1");
            assertThat(get("/actuator/health").status()).isEqualTo(200);

            write(out, BODY);
            String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 401");
        }
        await().until(() -> get("/problems").status() == 200);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
