package ticketing.command.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.deadline.GenericDeadlineMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import ticketing.command.PolicyScope;
import ticketing.command.TestDatabase;
import ticketing.command.eventstore.StoreEnd;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.BookingClosed;
import ticketing.messages.booking.BookingCommand.CancelBooking;
import ticketing.messages.booking.BookingCommand.RefundBooking;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.BookingStatus;
import ticketing.messages.show.ShowId;

/** Which bookings a cancellation reaches and what it does with those that fail, over a real store with more than a page of them. */
@Timeout(60)
class ShowCancellationPolicyTest {

    private static final ShowId SHOW = new ShowId("show1");
    private static final int BOOKINGS = 2_300;

    private final TestDatabase database = new TestDatabase();
    private final SimpleCommandBus bus = SimpleCommandBus.builder().build();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
    private final Set<String> refunded = ConcurrentHashMap.newKeySet();
    private final Set<String> failing = new HashSet<>();
    private final Set<String> sold = new HashSet<>();
    private final Set<String> closedMeanwhile = new HashSet<>();
    private final StoreEnd end = new StoreEnd() {
        @Override
        public long head() {
            return committed();
        }

        @Override
        public long committed() {
            return storedElsewhere;
        }
    };
    private long storedElsewhere;
    private ShowCancellationPolicy policy;

    @BeforeEach
    void a_show_with_bookings() {
        stored("show1-b' || lpad(n::text, 5, '0') || '", BOOKINGS);
        stored("show1-' || n || '", 10);
        stored("show2-b' || n || '", 10);
        bus.subscribe(CancelBooking.class.getName(), message -> cancel(message));
        bus.subscribe(RefundBooking.class.getName(), message -> refund(message));
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean("gateway", DefaultCommandGateway.builder().commandBus(bus).build());
        policy = new ShowCancellationPolicy(database.dataSource(), end, beans.getBeanProvider(CommandGateway.class));
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** Streams with an event or two each. */
    private void stored(String identifier, int count) {
        database.jdbc().sql("""
                        INSERT INTO store.domain_event (position, aggregate_identifier, sequence_number, aggregate_type,
                                                        event_identifier, payload_type, payload, meta_data, time_stamp)
                        SELECT (SELECT coalesce(max(position), 0) FROM store.domain_event) + 2 * n + s, '%s', s, 'any',
                               gen_random_uuid(), 'any', '', '', now()
                        FROM generate_series(1, %d) n, generate_series(0, 1) s
                        """.formatted(identifier, count)).update();
    }

    private static String booking(int number) {
        return "show1-b%05d".formatted(number);
    }

    private Object cancel(CommandMessage<?> message) {
        String id = ((CancelBooking) message.getPayload()).bookingId().value();
        cancelled.add(id);
        if (failing.contains(id)) {
            throw new IllegalStateException("planned for " + id);
        }
        return sold.contains(id) ? BookingStatus.CONFIRMED : BookingStatus.RELEASED;
    }

    private Object refund(CommandMessage<?> message) {
        RefundBooking command = (RefundBooking) message.getPayload();
        assertThat(command.organizerId()).isNull();
        refunded.add(command.bookingId().value());
        if (closedMeanwhile.contains(command.bookingId().value())) {
            throw new Rejected(
                    new BookingClosed(new BookingId(command.bookingId().value()), BookingStatus.REFUNDED));
        }
        if (failing.contains("refund of " + command.bookingId())) {
            throw new IllegalStateException("planned for " + command.bookingId());
        }
        return true;
    }

    private void ring() throws Exception {
        policy.send(
                GenericDeadlineMessage.asDeadlineMessage(
                        ShowCancellation.DEADLINE, new ShowCancellation(SHOW), java.time.Instant.EPOCH),
                ShowCancellation.SCOPE);
    }

    private void everyBookingWasReached() {
        assertThat(cancelled)
                .containsExactlyInAnyOrder(IntStream.rangeClosed(1, BOOKINGS)
                        .mapToObj(ShowCancellationPolicyTest::booking)
                        .toArray(String[]::new));
    }

    @Test
    void every_booking_of_the_show_is_ended_and_the_sold_ones_are_refunded() throws Exception {
        sold.add(booking(1));
        sold.add(booking(1_500));
        sold.add(booking(2_300));
        closedMeanwhile.add(booking(1_500));
        ring();
        everyBookingWasReached();
        assertThat(refunded).containsExactlyInAnyOrder(booking(1), booking(1_500), booking(2_300));
    }

    @Test
    void some_that_fail_keep_no_other_from_its_turn_and_are_told_at_the_end() {
        failing.add(booking(3));
        failing.add(booking(999));
        sold.add(booking(2_000));
        failing.add("refund of " + booking(2_000));
        sold.add(booking(2_299));

        assertThatThrownBy(this::ring)
                .hasMessage("3 bookings of show show1 could not be ended yet")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly(
                                "planned for " + booking(3),
                                "planned for " + booking(999),
                                "planned for " + booking(2_000)));

        everyBookingWasReached();
        assertThat(refunded).containsExactlyInAnyOrder(booking(2_000), booking(2_299));
    }

    @Test
    void when_all_fail_only_some_are_told() {
        IntStream.rangeClosed(1, BOOKINGS).forEach(number -> failing.add(booking(number)));
        assertThatThrownBy(this::ring)
                .hasMessage(BOOKINGS + " bookings of show show1 could not be ended yet")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(10));
        everyBookingWasReached();
    }

    @Test
    void where_events_are_kept_elsewhere_it_waits_until_the_table_has_them_all() throws Exception {
        storedElsewhere = 7;
        assertThatThrownBy(this::ring).hasMessage("the table of events is at 0 and needed at 7");
        assertThat(cancelled).isEmpty();

        database.jdbc().sql("UPDATE store.event_head SET position = 7").update();
        ring();
        everyBookingWasReached();
    }

    @Test
    void only_its_own_deadlines_are_its_business() throws Exception {
        assertThat(policy.canResolve(ShowCancellation.SCOPE)).isTrue();
        assertThat(policy.canResolve(new PolicyScope("other"))).isFalse();
        policy.send(
                GenericDeadlineMessage.asDeadlineMessage("other", "other", java.time.Instant.EPOCH),
                ShowCancellation.SCOPE);
        assertThat(cancelled).isEmpty();
    }
}
