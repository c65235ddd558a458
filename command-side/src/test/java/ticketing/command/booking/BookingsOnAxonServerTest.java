package ticketing.command.booking;

import org.junit.jupiter.api.Nested;
import ticketing.command.OnAxonServer;

/** Bookings behave the same where an Axon Server keeps their events. */
@OnAxonServer
class BookingsOnAxonServerTest {

    @Nested
    class Commands extends BookingCommandHandlerTest {}

    @Nested
    class Alarms extends BookingAlarmTest {}

    @Nested
    class Lapsing extends LapsedHoldsTest {}
}
