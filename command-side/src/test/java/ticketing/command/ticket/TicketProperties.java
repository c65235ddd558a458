package ticketing.command.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketCommand;
import ticketing.messages.ticket.TicketCommand.ConfirmTicket;
import ticketing.messages.ticket.TicketCommand.ExpireTicket;
import ticketing.messages.ticket.TicketCommand.RefundTicket;
import ticketing.messages.ticket.TicketCommand.ReleaseTicket;
import ticketing.messages.ticket.TicketCommand.ReserveTicket;
import ticketing.messages.ticket.TicketCommand.RetimeTicket;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;
import ticketing.messages.ticket.TicketId;

/** Whatever buyers, alarms and clocks do, a seat is held by one and sold at most once. The witness below shares no code with the ticket. */
class TicketProperties {

    private static final ShowId SHOW = new ShowId("show1");
    private static final TicketId TICKET = TicketId.of(SHOW, 0);
    private static final Money PRICE = Money.ofMinorUnits(1000, "EUR");

    /** One command and how many seconds the clock moves before it; three bookings are enough for every race. */
    record Step(int kind, int booking, int secondsLater, int holdSeconds) {
        TicketCommand command(Instant now) {
            BookingId bookingId = BookingId.of(SHOW, "b" + booking);
            return switch (kind) {
                case 0, 1 -> new ReserveTicket(TICKET, bookingId, PRICE, now.plusSeconds(holdSeconds));
                case 2 -> new ConfirmTicket(TICKET, bookingId);
                case 3 -> new ReleaseTicket(TICKET, bookingId);
                case 4 -> new ExpireTicket(TICKET, bookingId);
                case 5 -> new RefundTicket(TICKET, bookingId);
                case 6 -> new RetimeTicket(TICKET, bookingId, now.plusSeconds(holdSeconds));
                default -> new RetimeTicket(TICKET, bookingId, now.minusSeconds(holdSeconds));
            };
        }
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(1, 60))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    @Property(tries = 2_000)
    void a_seat_never_has_two_live_holds_and_a_sold_one_comes_back_only_by_refund(
            @ForAll("histories") List<Step> steps) {
        TicketState state = new TicketState.Available();
        Witness witness = new Witness();
        Instant now = Instant.parse("2026-06-01T12:00:00Z");
        for (Step step : steps) {
            now = now.plusSeconds(step.secondsLater());
            List<TicketEvent> events;
            try {
                events = state.decide(step.command(now), now);
            } catch (Rejected refused) {
                events = List.of();
            }
            for (TicketEvent event : events) {
                witness.sees(event, now);
                state = TicketState.evolve(state, event);
            }
        }
    }

    /** Follows the events with a notion of right and wrong of its own. */
    private static final class Witness {
        private @Nullable BookingId holder;
        private Instant heldUntil = Instant.MIN;
        private @Nullable BookingId owner;

        void sees(TicketEvent event, Instant now) {
            boolean live = holder != null && now.isBefore(heldUntil);
            switch (event) {
                case TicketReserved e -> {
                    assertThat(owner).as("a sold seat is not held").isNull();
                    assertThat(holder).as("a held seat is not held again").isNull();
                    holder = e.bookingId();
                    heldUntil = e.expiresAt();
                }
                case TicketRetimed e -> {
                    assertThat(live).as("only a live hold goes on").isTrue();
                    assertThat(e.bookingId()).isEqualTo(holder);
                    heldUntil = e.expiresAt();
                }
                case TicketConfirmed e -> {
                    assertThat(owner).as("a seat is sold once").isNull();
                    assertThat(live).as("only a live hold is sold").isTrue();
                    assertThat(e.bookingId()).isEqualTo(holder);
                    owner = e.bookingId();
                    holder = null;
                }
                case TicketReleased e -> {
                    assertThat(e.bookingId()).isEqualTo(holder);
                    holder = null;
                }
                case TicketExpired e -> {
                    assertThat(e.bookingId()).isEqualTo(holder);
                    assertThat(live).as("no hold ends before its end").isFalse();
                    holder = null;
                }
                case TicketRefunded e -> {
                    assertThat(e.bookingId())
                            .as("only its buyer's seat is refunded")
                            .isEqualTo(owner);
                    owner = null;
                }
            }
        }
    }
}
