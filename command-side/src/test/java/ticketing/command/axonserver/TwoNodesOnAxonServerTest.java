package ticketing.command.axonserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import ticketing.command.CommandSide;
import ticketing.command.OnAxonServer;
import ticketing.command.eventstore.StoreEnd;
import ticketing.messages.Event;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.SeatTaken;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingCommand.ReserveBooking;
import ticketing.messages.booking.BookingEvent.BookingReserved;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.Reserved;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketId;

/** What two nodes around one Axon Server promise: one writer for a show, one winner for a seat, all or nothing, and the same answer to the same order. */
@OnAxonServer
@Timeout(180)
class TwoNodesOnAxonServerTest {

    private static CommandSide one;
    private static CommandSide two;

    @BeforeAll
    static void open() {
        one = new CommandSide();
        two = one.anotherNode();
    }

    @AfterAll
    static void close() {
        two.close();
        one.close();
    }

    /** Counts, by show, which node handles its bookings. */
    private static void listen(CommandSide node, String name, Map<ShowId, Set<String>> handledBy) {
        CommandBus handlers =
                BeanFactoryAnnotationUtils.qualifiedBeanOfType(node.beans(), CommandBus.class, "localSegment");
        handlers.registerHandlerInterceptor((unitOfWork, chain) -> {
            if (unitOfWork.getMessage().getPayload() instanceof ReserveBooking reserve) {
                handledBy
                        .computeIfAbsent(reserve.bookingId().showId(), _ -> ConcurrentHashMap.newKeySet())
                        .add(name);
            }
            return chain.proceed();
        });
    }

    @Test
    void everything_of_a_show_is_decided_on_one_node_and_both_nodes_have_shows() {
        Map<ShowId, Set<String>> handledBy = new ConcurrentHashMap<>();
        listen(one, "one", handledBy);
        listen(two, "two", handledBy);
        Set<String> nodes = new HashSet<>();
        for (int n = 0; n < 40 && nodes.size() < 2; n++) {
            ShowId show = one.show();
            one.hold(show, 1);
            two.hold(show, 2);
            one.hold(show, 3, 4);
            assertThat(handledBy.get(show)).hasSize(1);
            nodes.addAll(handledBy.get(show));
        }
        assertThat(nodes).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void a_seat_that_many_want_at_once_from_both_nodes_has_one_holder() throws Exception {
        ShowId show = one.show();
        List<BookingId> won = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger refused = new AtomicInteger();
        try (ExecutorService buyers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> asked = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                BookingId bookingId = BookingId.of(show, "race" + i);
                CommandSide node = i % 2 == 0 ? one : two;
                List<TicketId> seats = List.of(TicketId.of(show, i % 3), TicketId.of(show, (i + 1) % 3));
                asked.add(buyers.submit(() -> {
                    try {
                        node.send(new ReserveBooking(bookingId, new UserId("buyer"), seats));
                        won.add(bookingId);
                    } catch (Rejected e) {
                        assertThat(e.rejection()).isInstanceOf(SeatTaken.class);
                        refused.incrementAndGet();
                    }
                }));
            }
            for (Future<?> each : asked) {
                each.get();
            }
        }
        // Three seats, two for each: only one booking fits.
        assertThat(won).hasSize(1);
        assertThat(refused).hasValue(39);
        long holders = IntStream.range(0, 3)
                .mapToLong(seat -> one.events(TicketId.of(show, seat).value()).size())
                .sum();
        assertThat(holders).isEqualTo(2);
    }

    @Test
    void the_same_order_again_from_the_other_node_has_the_same_answer_and_changes_nothing() {
        ShowId show = one.show();
        BookingId bookingId = BookingId.of(show, "twice");
        ReserveBooking order =
                new ReserveBooking(bookingId, new UserId("buyer"), List.of(TicketId.of(show, 7), TicketId.of(show, 8)));
        Reserved first = Objects.requireNonNull(one.send(order));
        Reserved second = Objects.requireNonNull(two.send(order));
        assertThat(second).isEqualTo(first);
        assertThat(one.events(bookingId.value())).hasSize(1);
        assertThat(one.events(TicketId.of(show, 7).value())).hasSize(1);
    }

    /** Routing keeps this from happening while no node comes or goes; the sequence numbers keep it right when one does. */
    @Test
    void of_two_units_of_work_over_the_same_seat_one_is_stored_whole_and_the_other_not_at_all() {
        ShowId show = one.show();
        EventStore events = one.bean(EventStore.class);
        TicketId shared = TicketId.of(show, 5);
        TicketId other = TicketId.of(show, 6);
        BookingId first = BookingId.of(show, "first");
        BookingId second = BookingId.of(show, "second");
        together(events, reserved(shared, first));
        assertThatThrownBy(() -> together(events, reserved(other, second), reserved(shared, second)))
                .satisfies(refused ->
                        assertThat(HandlingNode.understood(refused)).isInstanceOf(ConcurrencyException.class));
        assertThat(one.events(shared.value())).hasSize(1);
        assertThat(one.events(other.value())).isEmpty();
    }

    private static GenericDomainEventMessage<TicketReserved> reserved(TicketId ticket, BookingId booking) {
        return new GenericDomainEventMessage<>(
                "Ticket", ticket.value(), 0, new TicketReserved(ticket, booking, CommandSide.PRICE, one.now()));
    }

    private static void together(EventStore events, GenericDomainEventMessage<?>... all) {
        DefaultUnitOfWork<?> work = DefaultUnitOfWork.startAndGet(all[0]);
        work.execute(() -> events.publish(all));
    }

    /** Positions are those of the store in PostgreSQL: from 1, gapless, in the order of commits, and a unit of work's events lie together. */
    @Test
    void a_reader_meets_every_event_at_the_next_position() throws Exception {
        long before = one.bean(StoreEnd.class).committed();
        ShowId show = two.show();
        BookingId booking = two.hold(show, 0, 1);
        long end = one.bean(StoreEnd.class).committed();
        assertThat(end).isGreaterThan(before);
        List<Long> positions = new ArrayList<>();
        List<Event> read = new ArrayList<>();
        EventStore events = one.bean(EventStore.class);
        TrackingToken from =
                before == 0 ? null : new org.axonframework.eventhandling.GlobalSequenceTrackingToken(before);
        try (BlockingStream<TrackedEventMessage<?>> stream = events.openStream(from)) {
            while (positions.isEmpty() || positions.getLast() < end) {
                TrackedEventMessage<?> event = stream.nextAvailable();
                positions.add(event.trackingToken().position().orElseThrow());
                read.add((Event) event.getPayload());
            }
        }
        assertThat(positions)
                .isEqualTo(java.util.stream.LongStream.rangeClosed(before + 1, end)
                        .boxed()
                        .toList());
        int booked = read.indexOf(read.stream()
                .filter(event -> event instanceof BookingReserved made
                        && made.bookingId().equals(booking))
                .findAny()
                .orElseThrow());
        assertThat(read.subList(booked - 2, booked)).hasOnlyElementsOfType(TicketReserved.class);
    }
}
