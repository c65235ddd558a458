package ticketing.command.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static ticketing.command.CommandSide.BUYER;
import static ticketing.command.CommandSide.HOLD_SECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.command.CommandSide;
import ticketing.messages.booking.BookingCommand.ReleaseBooking;
import ticketing.messages.booking.BookingCommand.StartPayment;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.ExpireBookings;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketId;

/** Holds that end together are ended together, and each as if it had been alone. */
@Timeout(120)
class LapsedHoldsTest {

    private static CommandSide side;

    @BeforeAll
    static void open() {
        side = new CommandSide();
    }

    @AfterAll
    static void close() {
        side.close();
    }

    private static List<BookingId> expireTogether(ShowId show, BookingId... bookings) {
        return Objects.requireNonNull(side.<ExpireBookings.Left>send(new ExpireBookings(show, List.of(bookings))))
                .bookingIds();
    }

    private static Object last(String aggregate) {
        return side.events(aggregate).getLast();
    }

    @Test
    void only_those_whose_time_is_up_end() {
        ShowId show = side.show();
        BookingId early = side.hold(show, 0, 1);
        side.clock().advance(Duration.ofSeconds(60));
        BookingId late = side.hold(show, 2);
        side.clock().advance(Duration.ofSeconds(HOLD_SECONDS - 60));

        assertThat(expireTogether(show, late, early)).containsExactly(late);

        assertThat(last(early.value())).isEqualTo(new BookingExpired(early, side.now()));
        assertThat(last(TicketId.of(show, 0).value())).isEqualTo(new TicketExpired(TicketId.of(show, 0), early));
        assertThat(last(TicketId.of(show, 1).value())).isEqualTo(new TicketExpired(TicketId.of(show, 1), early));
        assertThat(side.events(late.value())).hasSize(1);
        assertThat(side.events(TicketId.of(show, 2).value())).hasSize(1);
        side.clock().advance(Duration.ofHours(1));
        await().until(side::quiet);
    }

    @Test
    void one_that_has_ended_already_is_left_as_it_is_and_its_seat_to_whoever_has_it_now() {
        ShowId show = side.show();
        BookingId released = side.hold(show, 3);
        side.send(new ReleaseBooking(released, BUYER));
        BookingId next = side.hold(show, 3);
        BookingId lapsed = side.hold(show, 4);
        side.clock().advance(Duration.ofSeconds(HOLD_SECONDS));
        BookingId after = side.hold(show, 4);

        assertThat(expireTogether(show, released, lapsed)).isEmpty();

        assertThat(side.events(released.value())).hasSize(2);
        assertThat(last(lapsed.value())).isInstanceOf(BookingExpired.class);
        // The next one took it after its time was up and before the alarm.
        assertThat(side.events(TicketId.of(show, 4).value()))
                .filteredOn(event -> event instanceof TicketExpired)
                .hasSizeLessThanOrEqualTo(1);
        assertThat(last(TicketId.of(show, 4).value()).toString()).contains(after.value());
        assertThat(last(TicketId.of(show, 3).value()).toString()).contains(next.value());
        side.clock().advance(Duration.ofHours(1));
        await().until(side::quiet);
    }

    @Test
    void one_that_is_being_paid_for_lives_on() {
        ShowId show = side.show();
        BookingId paying = side.hold(show, 5);
        side.clock().advance(Duration.ofSeconds(HOLD_SECONDS - 1));
        side.send(new StartPayment(paying, BUYER, "pm_card_visa"));
        side.clock().advance(Duration.ofSeconds(1));

        assertThat(expireTogether(show, paying)).containsExactly(paying);

        assertThat(side.events(paying.value())).hasSize(2);
        side.clock().advance(Duration.ofHours(1));
        await().until(side::quiet);
    }

    @Test
    void the_alarm_ends_those_of_many_shows() {
        List<BookingId> holds = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            ShowId show = side.show();
            IntStream.range(0, 10).forEach(seat -> holds.add(side.hold(show, seat)));
        }
        side.clock().advance(Duration.ofSeconds(HOLD_SECONDS));

        await().atMost(Duration.ofSeconds(30)).until(side::quiet);

        assertThat(holds)
                .allSatisfy(hold -> assertThat(side.events(hold.value()))
                        .filteredOn(event -> event instanceof BookingExpired)
                        .hasSize(1));
    }
}
