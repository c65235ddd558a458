package ticketing.api.story;

import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.TicketingApplication;

/** The program as it is assembled, started once for all tests that extend this. */
@SpringBootTest(
        classes = TicketingApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            Client.CHEAP_PASSWORDS,
            "ticketing.rate.limits=false",
            "ticketing.audit.pause=1s",
            "ticketing.audit.share=0.5",
            // The receivers of webhooks are on this machine, and nobody wants to wait for a second attempt.
            "ticketing.webhooks.inside-allowed=true",
            "ticketing.webhooks.first-pause=20ms",
            "ticketing.webhooks.longest-pause=100ms",
            "ticketing.webhooks.attempts=6",
            "ticketing.webhooks.answer-within=2s",
            "ticketing.admin.email=" + Client.ADMIN_EMAIL,
            "ticketing.admin.password=" + Client.ADMIN_PASSWORD
        })
abstract class Platform {

    @LocalServerPort
    private int port;

    @Autowired
    @SuppressWarnings("NullAway.Init")
    JdbcClient jdbc;

    @SuppressWarnings("NullAway.Init")
    Client client;

    @BeforeEach
    void client() {
        client = new Client(URI.create("http://127.0.0.1:" + port));
    }
}
