package ticketing.command.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.Rejection.NotOnSale;
import ticketing.messages.Rejection.TicketNotFound;
import ticketing.messages.Rejection.TooManyTickets;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookedTicket;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.show.ShowType;
import ticketing.messages.ticket.TicketId;

class SaleTermsTest {

    private static final ShowId SHOW = new ShowId("show1");
    private static final Money DEAR = Money.ofMinorUnits(9_000, "EUR");
    private static final Money CHEAP = Money.ofMinorUnits(2_000, "EUR");
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant OPENS = NOON.minusSeconds(3_600);
    private static final Instant STARTS = NOON.plusSeconds(86_400);
    private static final Instant ENDS = STARTS.plusSeconds(7_200);
    private static final int LIMIT = 3;

    /** Seats 0 to 3 dear, 4 to 9 not for sale, 10 to 29 cheap. */
    private static final List<PricedSection> SECTIONS = List.of(
            new PricedSection("Stalls", 0, 4, DEAR),
            new PricedSection("Stage", 4, 6, null),
            new PricedSection("Gallery", 10, 20, CHEAP));

    private static SaleTerms terms(ShowStatus status, @Nullable Instant endsAt) {
        return new SaleTerms(
                SHOW,
                new UserId("olga"),
                status,
                new ShowDetails("Show", "", ShowType.CONCERT, List.of(), STARTS, endsAt, OPENS, 600, LIMIT, List.of()),
                SECTIONS);
    }

    private static List<TicketId> seats(int... seats) {
        return Arrays.stream(seats).mapToObj(seat -> TicketId.of(SHOW, seat)).toList();
    }

    private static List<BookedTicket> quote(int... seats) {
        return terms(ShowStatus.PUBLISHED, ENDS).quote(seats(seats));
    }

    private static void refused(ThrowingCallable decision, Rejection rejection) {
        assertThatThrownBy(decision)
                .isInstanceOfSatisfying(
                        Rejected.class, e -> assertThat(e.rejection()).isEqualTo(rejection));
    }

    @Nested
    class A_quote {

        @Test
        void has_each_seats_section_and_price_in_the_order_asked_for() {
            assertThat(quote(29, 0, 10))
                    .containsExactly(
                            new BookedTicket(TicketId.of(SHOW, 29), "Gallery", CHEAP),
                            new BookedTicket(TicketId.of(SHOW, 0), "Stalls", DEAR),
                            new BookedTicket(TicketId.of(SHOW, 10), "Gallery", CHEAP));
        }

        @Test
        void knows_the_seats_at_the_edges_of_sections() {
            assertThat(quote(3)).extracting(BookedTicket::section).containsExactly("Stalls");
            assertThat(quote(10)).extracting(BookedTicket::section).containsExactly("Gallery");
        }

        @Test
        void counts_a_seat_that_is_named_twice_once() {
            assertThat(quote(1, 1)).containsExactly(new BookedTicket(TicketId.of(SHOW, 1), "Stalls", DEAR));
        }

        @Test
        void names_every_seat_that_is_not_there_not_for_sale_or_of_another_show() {
            TicketId elsewhere = TicketId.of(new ShowId("show2"), 0);
            refused(
                    () -> terms(ShowStatus.PUBLISHED, ENDS)
                            .quote(List.of(TicketId.of(SHOW, 30), TicketId.of(SHOW, 4), elsewhere)),
                    new TicketNotFound(List.of(TicketId.of(SHOW, 30), TicketId.of(SHOW, 4), elsewhere)));
            refused(() -> quote(0, 9), new TicketNotFound(seats(9)));
        }
    }

    @Test
    void a_booking_has_at_most_so_many_tickets() {
        refused(() -> terms(ShowStatus.PUBLISHED, ENDS).checkQuantity(LIMIT + 1), new TooManyTickets(LIMIT + 1, LIMIT));
        terms(ShowStatus.PUBLISHED, ENDS).checkQuantity(LIMIT);
    }

    @Test
    void a_draft_is_there_for_its_organizer_only() {
        refused(
                () -> terms(ShowStatus.DRAFT, ENDS).checkVisibleTo(new UserId("otto")),
                new Rejection.ShowNotFound(SHOW));
        terms(ShowStatus.DRAFT, ENDS).checkVisibleTo(new UserId("olga"));
        terms(ShowStatus.PUBLISHED, ENDS).checkVisibleTo(new UserId("otto"));
    }

    @Nested
    class The_sale {

        private void closed(ShowStatus status, @Nullable Instant endsAt, Instant now, NotOnSale why) {
            refused(() -> terms(status, endsAt).checkOnSale(now), why);
        }

        @Test
        void opens_at_its_instant() {
            closed(
                    ShowStatus.PUBLISHED,
                    ENDS,
                    OPENS.minusNanos(1),
                    new NotOnSale(SHOW, "The sale has not begun.", OPENS));
            terms(ShowStatus.PUBLISHED, ENDS).checkOnSale(OPENS);
        }

        @Test
        void ends_with_the_show_or_with_its_start_if_no_end_is_known() {
            NotOnSale over = new NotOnSale(SHOW, "The sale is over.", null);
            terms(ShowStatus.PUBLISHED, ENDS).checkOnSale(ENDS.minusNanos(1));
            closed(ShowStatus.PUBLISHED, ENDS, ENDS, over);
            terms(ShowStatus.PUBLISHED, null).checkOnSale(STARTS.minusNanos(1));
            closed(ShowStatus.PUBLISHED, null, STARTS, over);
        }

        @Test
        void is_closed_for_a_draft_and_for_a_cancelled_show() {
            closed(ShowStatus.DRAFT, ENDS, NOON, new NotOnSale(SHOW, "The event is not published.", null));
            closed(ShowStatus.CANCELLED, ENDS, NOON, new NotOnSale(SHOW, "The event is cancelled.", null));
        }
    }
}
