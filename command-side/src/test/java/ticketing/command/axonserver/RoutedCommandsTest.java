package ticketing.command.axonserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.axoniq.axonserver.grpc.ErrorMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.axonserver.connector.AxonServerException;
import org.axonframework.axonserver.connector.command.AxonServerCommandDispatchException;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandCallback;
import org.axonframework.commandhandling.CommandExecutionException;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.GenericCommandResultMessage;
import org.axonframework.commandhandling.NoHandlerForCommandException;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.common.Registration;
import org.axonframework.common.lock.LockAcquisitionFailedException;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.messaging.MessageDispatchInterceptor;
import org.axonframework.messaging.MessageHandler;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.BookingNotFound;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingCommand.ConfirmBooking;
import ticketing.messages.booking.BookingCommand.ReserveBooking;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.CompleteSandboxPayment;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.show.ShowCommand.PublishShow;
import ticketing.messages.show.ShowId;

/** What becomes of commands that go over a network: the network is played here, and it fails as Axon Server's connector says. */
@Timeout(60)
class RoutedCommandsTest {

    private static final ShowId SHOW = new ShowId("show");
    private static final BookingId BOOKING = BookingId.of(SHOW, "1");
    private static final ReserveBooking RESERVE = new ReserveBooking(BOOKING, new UserId("anna"), List.of());
    private static final PublishShow PUBLISH = new PublishShow(SHOW, new UserId("olga"), false);

    private final Network network = new Network();
    private final CommandGateway gateway = DefaultCommandGateway.builder()
            .commandBus(new SendingNode(network))
            .retryScheduler(new RouteRetry())
            .build();

    /** Answers with the next of its failures, then with "done". */
    private static final class Network implements CommandBus {
        private final Deque<Throwable> failures = new ArrayDeque<>();
        private final AtomicInteger sent = new AtomicInteger();

        @Override
        public <C> void dispatch(CommandMessage<C> command) {
            throw new UnsupportedOperationException();
        }

        @Override
        @SuppressWarnings("unchecked")
        public <C, R> void dispatch(CommandMessage<C> command, CommandCallback<? super C, ? super R> callback) {
            sent.incrementAndGet();
            Throwable failure = failures.poll();
            callback.onResult(
                    command,
                    failure == null
                            ? (GenericCommandResultMessage<R>) new GenericCommandResultMessage<Object>("done")
                            : new GenericCommandResultMessage<>(failure));
        }

        @Override
        public Registration subscribe(String name, MessageHandler<? super CommandMessage<?>> handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Registration registerHandlerInterceptor(
                MessageHandlerInterceptor<? super CommandMessage<?>> interceptor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Registration registerDispatchInterceptor(
                MessageDispatchInterceptor<? super CommandMessage<?>> interceptor) {
            throw new UnsupportedOperationException();
        }
    }

    private static AxonServerCommandDispatchException lost() {
        return new AxonServerCommandDispatchException(
                "AXONIQ-4003",
                ErrorMessage.newBuilder().setMessage("connection lost").build());
    }

    private Object send(Object command) {
        return gateway.sendAndWait(command, 30, TimeUnit.SECONDS);
    }

    @Test
    void an_order_to_a_booking_is_sent_again_when_the_node_that_handled_it_is_gone() {
        network.failures.addAll(List.of(lost(), new AxonServerException("AXONIQ-3001", "no connection")));
        assertThat(send(RESERVE)).isEqualTo("done");
        assertThat(network.sent).hasValue(3);
    }

    @Test
    void what_does_not_bear_repeating_is_told_to_be_unknown() {
        network.failures.add(lost());
        assertThatThrownBy(() -> send(PUBLISH)).isInstanceOf(EventStoreException.class);
        assertThat(network.sent).hasValue(1);
    }

    @Test
    void what_nobody_has_taken_is_sent_again_whatever_it_is_but_not_for_ever() {
        network.failures.add(new NoHandlerForCommandException("nobody"));
        assertThat(send(PUBLISH)).isEqualTo("done");
        for (int i = 0; i < 20; i++) {
            network.failures.add(new NoHandlerForCommandException("nobody"));
        }
        network.sent.set(0);
        assertThatThrownBy(() -> send(PUBLISH)).isInstanceOf(NoHandlerForCommandException.class);
        assertThat(network.sent).hasValue(6);
    }

    @Test
    void a_refusal_is_a_refusal_wherever_it_was_made() {
        network.failures.add(new CommandExecutionException("no", null, new BookingNotFound(BOOKING)));
        assertThatThrownBy(() -> send(RESERVE))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        refused -> assertThat(refused.rejection()).isEqualTo(new BookingNotFound(BOOKING)));
        assertThat(network.sent).hasValue(1);
    }

    @Test
    void a_node_that_is_too_busy_has_done_nothing_and_one_that_cannot_tell_perhaps_something() {
        network.failures.add(new CommandExecutionException("busy", null, new Fault(true)));
        assertThatThrownBy(() -> send(RESERVE)).isInstanceOf(SendingNode.BusyElsewhereException.class);
        network.failures.add(new CommandExecutionException("late", null, new Fault(false)));
        assertThatThrownBy(() -> send(PUBLISH)).isInstanceOf(SendingNode.NotHeardOfException.class);
    }

    /** Handles by failing so and so often, as the last thing a unit of work does. */
    private static CommandBus failing(AtomicInteger handled, int times, RuntimeException failure) {
        SimpleCommandBus bus = SimpleCommandBus.builder().build();
        bus.subscribe(ReserveBooking.class.getName(), _ -> {
            if (handled.incrementAndGet() <= times) {
                throw failure;
            }
            return "handled";
        });
        return new HandlingNode(bus);
    }

    private static Object handle(CommandBus node) {
        return DefaultCommandGateway.builder().commandBus(node).build().sendAndWait(RESERVE, 30, TimeUnit.SECONDS);
    }

    @Test
    void a_lost_race_is_run_again_where_it_was_lost() {
        AtomicInteger handled = new AtomicInteger();
        assertThat(handle(failing(handled, 3, new ConcurrencyException("second"))))
                .isEqualTo("handled");
        assertThat(handled).hasValue(4);
        handled.set(0);
        assertThatThrownBy(() -> handle(failing(handled, 4, new ConcurrencyException("second"))))
                .isInstanceOfSatisfying(
                        CommandExecutionException.class,
                        told -> assertThat(told.getDetails()).contains(new Fault(true)));
    }

    @Test
    void other_failures_are_not_run_again_and_say_whether_anything_can_have_happened() {
        AtomicInteger handled = new AtomicInteger();
        assertThatThrownBy(() -> handle(failing(handled, 1, new LockAcquisitionFailedException("queue"))))
                .isInstanceOfSatisfying(
                        CommandExecutionException.class,
                        told -> assertThat(told.getDetails()).contains(new Fault(true)));
        assertThat(handled).hasValue(1);
        handled.set(0);
        assertThatThrownBy(() -> handle(failing(handled, 1, new EventStoreException("no word"))))
                .isInstanceOfSatisfying(
                        CommandExecutionException.class,
                        told -> assertThat(told.getDetails()).contains(new Fault(false)));
        assertThat(handled).hasValue(1);
    }

    @Test
    void everything_of_a_show_has_its_key() {
        assertThat(List.of(
                        RESERVE,
                        PUBLISH,
                        new ConfirmBooking(BOOKING, new PaymentId(BOOKING + ".p1")),
                        new CompleteSandboxPayment(new PaymentId(BOOKING + ".p1"), new UserId("anna"))))
                .map(command -> new ShowRouting().getRoutingKey(new GenericCommandMessage<>(command)))
                .containsOnly("show");
    }
}
