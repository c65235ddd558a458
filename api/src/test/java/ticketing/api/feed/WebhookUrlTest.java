package ticketing.api.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ticketing.api.problem.Problem;

class WebhookUrlTest {

    private static final WebhookSettings OUTSIDE = settings(false);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String PUBLIC = "93.184.215.14";

    private static WebhookSettings settings(boolean insideAllowed) {
        return new WebhookSettings(
                insideAllowed, Duration.ofSeconds(1), Duration.ofSeconds(1), 3, Duration.ofSeconds(1));
    }

    private static WebhookUrl.Names named(String... addresses) {
        return _ -> {
            InetAddress[] all = new InetAddress[addresses.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = InetAddress.ofLiteral(addresses[i]);
            }
            return all;
        };
    }

    private static String refused(String url, WebhookUrl.Names names) {
        try {
            return "accepted " + WebhookUrl.checked(url, OUTSIDE, names, LONG);
        } catch (Problem problem) {
            assertThat(problem.fields()).extractingByKey("errors").asString().contains("field=url");
            return problem.detail();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://127.0.0.1:8443/",
                "https://10.1.2.3/",
                "https://192.168.1.1/hook",
                "https://169.254.169.254/latest/meta-data/",
                "https://0.0.0.0/",
                "https://100.64.0.1/",
                "https://0x7f000001/",
                "https://2130706433/",
                "https://0177/",
                "https://[::1]/",
                "https://[::]/",
                "https://[fe80::1]/",
                "https://[fe80::1%25eth9]/",
                "https://[fd12:3456::1]/",
                "https://[::ffff:10.0.0.1]/",
                "https://[::ffff:7f00:1]/",
                "https://[64:ff9b::7f00:1]/",
                "https://localhost/",
                "https://LOCALHOST:9000/",
                "https://localhost./",
                "https://anything.localhost/"
            })
    void an_address_inside_is_refused_without_asking_anybody(String url) {
        // As the program looks up: an address is none that a name server is asked for.
        assertThatThrownBy(() -> WebhookUrl.checked(url, OUTSIDE))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("url leads to an address that is not on the open internet");
    }

    @Test
    void a_name_that_leads_inside_is_refused_also_if_it_leads_outside_as_well() {
        assertThat(refused("https://hooks.example.com/", named("10.0.0.7")))
                .isEqualTo("url leads to an address that is not on the open internet");
        assertThat(refused("https://hooks.example.com/", named(PUBLIC, "fd12::1")))
                .isEqualTo("url leads to an address that is not on the open internet");
        assertThat(refused("https://hooks.example.com/", named(PUBLIC)))
                .isEqualTo("accepted https://hooks.example.com/");
    }

    @Test
    void a_dot_behind_a_name_changes_nothing() {
        assertThat(refused("https://hooks.example.com./", host -> {
                    assertThat(host).isEqualTo("hooks.example.com");
                    return named("127.0.0.1").of(host);
                }))
                .isEqualTo("url leads to an address that is not on the open internet");
    }

    @Test
    void a_name_that_nobody_knows_now_or_in_time_may_be_known_tomorrow() {
        assertThat(refused("https://hooks.example.com/", host -> {
                    throw new UnknownHostException(host);
                }))
                .isEqualTo("accepted https://hooks.example.com/");
        CountDownLatch never = new CountDownLatch(1);
        try {
            assertThat(WebhookUrl.checked(
                            "https://hooks.example.com/",
                            OUTSIDE,
                            host -> {
                                try {
                                    never.await();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                                return named("127.0.0.1").of(host);
                            },
                            Duration.ofMillis(50)))
                    .hasHost("hooks.example.com");
        } finally {
            never.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no url",
                "hooks.example.com",
                "http://hooks.example.com/",
                "ftp://hooks.example.com/",
                "https:///path",
                "https://user@hooks.example.com/",
                "https://user:word@hooks.example.com/",
                "https://hooks.example.com/#part",
                "https://hooks.example.com:0/",
                "https://hooks.example.com:65536/",
                "https://hooks.example.com:443443443443/",
                "https://127.1/",
                "https://127.0.0.1./",
                "https://a_b/"
            })
    void what_cannot_be_called_is_refused(String url) {
        assertThat(refused(url, named(PUBLIC))).startsWith("url ");
    }

    @Test
    void what_is_missing_or_too_long_is_refused() {
        assertThatThrownBy(() -> WebhookUrl.checked(null, OUTSIDE, named(PUBLIC), LONG))
                .hasMessageContaining("url is missing");
        assertThat(refused("https://hooks.example.com/" + "x".repeat(2_000), named(PUBLIC)))
                .isEqualTo("url must have at most 2000 characters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://hooks.example.com/in?token=1",
                "https://hooks.example.com:8443/",
                "https://hooks.example.com:22/",
                "HTTPS://HOOKS.EXAMPLE.COM/",
                "https://8.8.8.8/",
                "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/"
            })
    void what_is_outside_is_accepted(String url) {
        assertThat(refused(
                        url,
                        url.contains("EXAMPLE") || url.contains("example") ? named(PUBLIC) : InetAddress::getAllByName))
                .isEqualTo("accepted " + url);
    }

    @Test
    void on_a_closed_machine_inside_can_be_allowed() {
        assertThat(WebhookUrl.checked("http://127.0.0.1:9/", settings(true))).hasHost("127.0.0.1");
    }
}
