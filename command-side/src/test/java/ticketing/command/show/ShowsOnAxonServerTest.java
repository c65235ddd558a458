package ticketing.command.show;

import org.junit.jupiter.api.Nested;
import ticketing.command.OnAxonServer;

/** Shows behave the same where an Axon Server keeps their events. */
@OnAxonServer
class ShowsOnAxonServerTest {

    @Nested
    class Commands extends ShowCommandHandlerTest {}
}
