package ticketing.command.axonserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.axonframework.axonserver.connector.PriorityRunnable;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingCommand.ConfirmBooking;
import ticketing.messages.booking.BookingCommand.ExpireBooking;
import ticketing.messages.booking.BookingCommand.PayBooking;
import ticketing.messages.booking.BookingCommand.ReserveBooking;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.ExpireBookings;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.show.ShowId;

@Timeout(30)
class CommandThreadsTest {

    private static final ShowId SHOW = new ShowId("show");
    private static final BookingId BOOKING = BookingId.of(SHOW, "1");

    private final CommandThreads threads = new CommandThreads(1);
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private long sequence;

    private static int priority(Object command) {
        return new CommandPriorities().determinePriority(new GenericCommandMessage<>(command));
    }

    private void come(Object command, Runnable handling) {
        threads.execute(new PriorityRunnable(handling, priority(command), sequence++));
    }

    private void come(Object command) {
        come(command, () -> order.add(command.getClass().getSimpleName()));
    }

    @Test
    void who_has_paid_goes_before_what_is_over_and_that_before_who_begins() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        UserId buyer = new UserId("anna");
        come(new ReserveBooking(BOOKING, buyer, List.of()), () -> {
            begun.countDown();
            await(busy);
        });
        await(begun);
        come(new ReserveBooking(BOOKING, buyer, List.of()));
        come(new ExpireBookings(SHOW, List.of(BOOKING)));
        come(new ExpireBooking(BOOKING));
        come(new ConfirmBooking(BOOKING, new PaymentId("p")));
        come("anything else", done::countDown);
        assertThat(threads.waiting()).isEqualTo(5);
        busy.countDown();
        await(done);
        assertThat(order).containsExactly("ConfirmBooking", "ExpireBookings", "ExpireBooking", "ReserveBooking");
    }

    @Test
    void a_command_in_steps_does_not_take_the_place_that_its_own_steps_need() {
        CountDownLatch step = new CountDownLatch(1);
        CountDownLatch paid = new CountDownLatch(1);
        come(new PayBooking(BOOKING, new UserId("anna"), "card"), () -> {
            come(new ConfirmBooking(BOOKING, new PaymentId("p")), step::countDown);
            await(step);
            paid.countDown();
        });
        await(paid);
        assertThat(paid.getCount()).isZero();
    }

    @Test
    void a_stopped_node_takes_nothing_more_and_ends_what_it_has() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        come(new ExpireBooking(BOOKING), () -> await(busy));
        threads.shutdown();
        assertThatThrownBy(() -> come(new ExpireBooking(BOOKING))).isInstanceOf(RejectedExecutionException.class);
        assertThat(threads.isTerminated()).isFalse();
        busy.countDown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
