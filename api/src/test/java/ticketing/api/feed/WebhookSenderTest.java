package ticketing.api.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSenderTest {

    private static WebhookSettings settings(boolean insideAllowed) {
        return new WebhookSettings(
                insideAllowed, Duration.ofSeconds(1), Duration.ofSeconds(1), 3, Duration.ofSeconds(1));
    }

    @Test
    void the_signature_is_that_of_the_standards_own_example() {
        // From the specification's test vectors.
        byte[] secret = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        String signature = WebhookSender.signature(
                secret,
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330L,
                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8));
        assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "198.18.0.1",
                "192.0.2.1",
                "::1",
                "::",
                "::ffff:10.0.0.1",
                "::ffff:127.0.0.1",
                "fe80::1",
                "fc00::1",
                "fd12:3456::1",
                "ff02::1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2001:0:7f00:1::",
                "2001:db8::1",
                "fec0::1"
            })
    void nobody_inside_is_called(String address) throws Exception {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"93.184.215.14", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
            })
    void everybody_outside_may_be_called(String address) throws Exception {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "localhost", "[::1]", "0x7f000001", "2130706433", "127.1", "[::ffff:127.0.0.1]"})
    void however_this_machine_is_written_nothing_reaches_it(String host) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        HttpServer inside = HttpServer.create(new InetSocketAddress(0), 0);
        inside.createContext("/", exchange -> {
            calls.incrementAndGet();
            exchange.close();
        });
        inside.start();
        try (WebhookSender sender = new WebhookSender(settings(false))) {
            URI url = URI.create("http://" + host + ":" + inside.getAddress().getPort() + "/");
            assertThatThrownBy(() -> sender.send(url, new byte[24], "m", 1, new byte[0]))
                    .isInstanceOf(IOException.class);
            assertThat(calls).hasValue(0);
        } finally {
            inside.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:99999/", "http:/path"})
    void what_nobody_can_call_gives_no_answer_and_is_no_fault_of_ours(String url) throws Exception {
        // Not every version of the program looked as closely when the webhook was made.
        try (WebhookSender sender = new WebhookSender(settings(true))) {
            assertThatThrownBy(() -> sender.send(URI.create(url), new byte[24], "m", 1, new byte[0]))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_receiver_that_never_ends_its_answer_is_left_in_time() throws Exception {
        HttpServer slow = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        slow.createContext("/", exchange -> {
            // Headers never come.
            try {
                Thread.sleep(Duration.ofSeconds(20));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        slow.start();
        try (WebhookSender sender = new WebhookSender(settings(true))) {
            URI url = URI.create("http://127.0.0.1:" + slow.getAddress().getPort() + "/");
            assertThatThrownBy(() -> sender.send(url, new byte[24], "m", 1, new byte[0]))
                    .isInstanceOf(IOException.class);
        } finally {
            slow.stop(0);
        }
    }
}
