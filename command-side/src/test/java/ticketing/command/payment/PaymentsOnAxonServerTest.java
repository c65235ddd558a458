package ticketing.command.payment;

import org.junit.jupiter.api.Nested;
import ticketing.command.OnAxonServer;

/** Paying is the same where an Axon Server routes the steps. */
@OnAxonServer
class PaymentsOnAxonServerTest {

    @Nested
    class Paying extends CheckoutTest {}
}
