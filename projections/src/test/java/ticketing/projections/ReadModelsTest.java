package ticketing.projections;

import static org.assertj.core.api.Assertions.assertThat;
import static ticketing.projections.Happenings.ALICE;
import static ticketing.projections.Happenings.TONIGHT;
import static ticketing.projections.Happenings.booking;
import static ticketing.projections.Happenings.details;
import static ticketing.projections.Happenings.drafted;
import static ticketing.projections.Happenings.euros;
import static ticketing.projections.Happenings.performer;
import static ticketing.projections.Happenings.published;
import static ticketing.projections.Happenings.reservation;
import static ticketing.projections.Happenings.reserved;
import static ticketing.projections.Happenings.ticket;
import static ticketing.projections.Happenings.venue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.booking.BookingEvent.BookingConfirmed;
import ticketing.messages.booking.BookingEvent.BookingExpired;
import ticketing.messages.booking.BookingEvent.PaymentCaptured;
import ticketing.messages.booking.BookingEvent.PaymentDeclined;
import ticketing.messages.booking.BookingEvent.PaymentStarted;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.performer.PerformerDetails;
import ticketing.messages.performer.PerformerEvent.PerformerRevised;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowType;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.SeatMap.Row;
import ticketing.messages.venue.SeatMap.Section;

class ReadModelsTest {

    private static final SeatMap MAP = new SeatMap(List.of(
            Section.seated("Stalls", List.of(Row.of("A", 10), Row.of("B", 10))),
            Section.standing("Floor", 30),
            Section.seated("Boxes", List.of(Row.of("1", 4)))));
    private static final Map<String, Money> PRICES = Map.of("Stalls", euros("50"), "Floor", euros("30"));

    private final ReadModels models = new ReadModels();

    @BeforeEach
    void a_published_show() {
        models.happened(venue("hall", "Old Hall", "Köln", 50.94, 6.96, MAP));
        models.happened(performer("sigur", "Sigur Rós"));
        models.happened(
                drafted("show", "hall", details("Night of Glaciers", ShowType.CONCERT, TONIGHT, "sigur"), PRICES),
                published("show", "hall", MAP, PRICES));
    }

    @AfterEach
    void close() {
        models.close();
    }

    private record Counts(String section, int available, int held, int sold) {}

    private List<Counts> counts() {
        return models.jdbc()
                .sql("SELECT section, available, held, sold FROM view.section WHERE show_id = 'show' ORDER BY ordinal")
                .query((row, n) -> new Counts(row.getString(1), row.getInt(2), row.getInt(3), row.getInt(4)))
                .list();
    }

    @Test
    void publishing_writes_sections_and_no_seats() {
        assertThat(counts())
                .containsExactly(
                        new Counts("Stalls", 20, 0, 0), new Counts("Floor", 30, 0, 0), new Counts("Boxes", 0, 0, 0));
        assertThat(models.jdbc()
                        .sql("SELECT count(*) FROM view.seat")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void every_ticket_event_moves_the_seat_and_its_sections_counts() {
        models.happened(reserved("show", 0, "a"), reserved("show", 1, "a"), reserved("show", 20, "a"));
        assertThat(counts()).startsWith(new Counts("Stalls", 18, 2, 0), new Counts("Floor", 29, 1, 0));

        models.happened(
                new TicketRetimed(ticket("show", 0), booking("show", "a"), TONIGHT),
                new TicketConfirmed(ticket("show", 0), booking("show", "a"), euros("50")),
                new TicketExpired(ticket("show", 20), booking("show", "a")));
        assertThat(counts()).startsWith(new Counts("Stalls", 18, 1, 1), new Counts("Floor", 30, 0, 0));

        models.happened(
                new TicketReleased(ticket("show", 1), booking("show", "a")),
                new TicketRefunded(ticket("show", 0), booking("show", "a"), euros("50")));
        assertThat(counts()).startsWith(new Counts("Stalls", 20, 0, 0), new Counts("Floor", 30, 0, 0));
    }

    @Test
    void a_seat_that_changes_hands_within_a_batch_counts_once() {
        models.happened(
                reserved("show", 5, "a"),
                new TicketExpired(ticket("show", 5), booking("show", "a")),
                reserved("show", 5, "b"),
                new TicketConfirmed(ticket("show", 5), booking("show", "b"), euros("50")));
        assertThat(counts()).startsWith(new Counts("Stalls", 19, 0, 1));
    }

    @Test
    void events_that_come_again_in_other_batches_change_nothing() {
        models.happened(reservation("show", "a", ALICE, 0, 1, 2));
        models.happened(
                new TicketConfirmed(ticket("show", 0), booking("show", "a"), euros("50")),
                new TicketReleased(ticket("show", 1), booking("show", "a")));
        models.happened(
                new PaymentStarted(booking("show", "a"), new PaymentId("p1"), "pm", euros("150"), TONIGHT, TONIGHT),
                new BookingConfirmed(booking("show", "a"), new PaymentId("p1"), TONIGHT));
        List<Counts> before = counts();
        List<String> seats = rows("seat", "seat");
        List<String> bookings = rows("booking", "booking_id");
        List<String> shows = rows("show", "show_id");

        models.again(1, 1000);
        models.again(3, 2);
        models.again(9, 1);

        assertThat(counts()).isEqualTo(before);
        assertThat(rows("seat", "seat")).isEqualTo(seats);
        assertThat(rows("booking", "booking_id")).isEqualTo(bookings);
        assertThat(rows("show", "show_id")).isEqualTo(shows);
        assertThat(rows("booking_ticket", "ordinal")).hasSize(3);
    }

    @Test
    void a_replay_from_zero_makes_the_same_rows() {
        models.happened(reservation("show", "a", ALICE, 3, 4));
        List<String> before = rows("seat", "seat");
        List<Counts> counts = counts();
        models.reset();
        assertThat(rows("seat", "seat")).isEmpty();
        assertThat(rows("booking", "booking_id")).isEmpty();
        models.again(1, 3);
        assertThat(rows("seat", "seat")).isEqualTo(before);
        assertThat(counts()).isEqualTo(counts);
        assertThat(rows("search", "show_id")).hasSize(1);
    }

    private List<String> rows(String table, String order) {
        return models.jdbc().sql("SELECT * FROM view." + table + " ORDER BY " + order).query().listOfRows().stream()
                .map(Object::toString)
                .toList();
    }

    private record Payment(String status, String expiresAt, String paymentId, String paymentStatus) {}

    private Payment payment() {
        return models.jdbc()
                .sql("SELECT status, expires_at, payment_id, payment_status FROM view.booking")
                .query((row, n) -> new Payment(
                        row.getString(1),
                        row.getObject(2, java.time.OffsetDateTime.class)
                                .toInstant()
                                .toString(),
                        row.getString(3),
                        row.getString(4)))
                .single();
    }

    @Test
    void a_booking_follows_its_payment() {
        models.happened(reservation("show", "a", ALICE, 0));
        Instant later = ReadModels.NOW.plusSeconds(700);
        models.happened(new PaymentStarted(
                booking("show", "a"), new PaymentId("p1"), "pm", euros("50"), ReadModels.NOW, later));
        assertThat(payment()).isEqualTo(new Payment("RESERVED", later.toString(), "p1", "PROCESSING"));
        Instant firstEnd = ReadModels.NOW.plusSeconds(600);
        models.happened(new PaymentDeclined(booking("show", "a"), new PaymentId("p1"), "no money", firstEnd));
        assertThat(payment()).isEqualTo(new Payment("RESERVED", firstEnd.toString(), "p1", "DECLINED"));
        models.happened(
                new PaymentStarted(booking("show", "a"), new PaymentId("p2"), "pm", euros("50"), ReadModels.NOW, later),
                new BookingConfirmed(booking("show", "a"), new PaymentId("p2"), ReadModels.NOW));
        assertThat(payment()).isEqualTo(new Payment("CONFIRMED", later.toString(), "p2", "AUTHORIZED"));
        models.happened(new PaymentCaptured(booking("show", "a"), new PaymentId("p2"), euros("50")));
        assertThat(payment().paymentStatus).isEqualTo("CAPTURED");
    }

    @Test
    void a_booking_can_be_reserved_and_expire_within_a_batch() {
        List<Event> events = new ArrayList<>(reservation("show", "a", ALICE, 0));
        events.add(new BookingExpired(booking("show", "a"), TONIGHT));
        models.happened(events);
        assertThat(payment().status).isEqualTo("EXPIRED");
    }

    @Test
    void the_search_row_follows_its_performers_and_goes_with_the_show() {
        models.happened(
                new PerformerRevised(new PerformerId("sigur"), new PerformerDetails("Jónsi", "Plays.", "Pop", null)));
        assertThat(models.jdbc()
                        .sql("SELECT performers[1] FROM view.search")
                        .query(String.class)
                        .single())
                .isEqualTo("Jónsi");
        assertThat(models.jdbc()
                        .sql(
                                "SELECT count(*) FROM view.search WHERE words @@ 'jonsi'::tsquery AND place_words @@ 'koln'::tsquery")
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
        models.happened(new ShowCancelled(new ShowId("show"), TONIGHT));
        assertThat(rows("search", "show_id")).isEmpty();
    }

    /** A replay pays for few statements, not for each event: 20,000 a second were seen on two busy cores, so this bound is loose. */
    private List<String> words() {
        return models.jdbc()
                .sql("SELECT word FROM view.search_word ORDER BY word")
                .query(String.class)
                .list();
    }

    @Test
    void the_known_words_are_those_of_published_shows_and_no_others() {
        assertThat(words())
                .containsExactly(
                        "an",
                        "concert",
                        "evening",
                        "glaciers",
                        "hall",
                        "koln",
                        "night",
                        "of",
                        "old",
                        "plays",
                        "pop",
                        "ros",
                        "sigur");
        models.happened(new PerformerRevised(
                new PerformerId("sigur"), new PerformerDetails("Jónsi", "Sings at night.", "Post-Rock", null)));
        assertThat(words())
                .containsExactly(
                        "an",
                        "at",
                        "concert",
                        "evening",
                        "glaciers",
                        "hall",
                        "jonsi",
                        "koln",
                        "night",
                        "of",
                        "old",
                        "post",
                        "rock",
                        "sings");
        models.happened(
                drafted("other", "hall", details("Glaciers", ShowType.CONCERT, TONIGHT), PRICES),
                published("other", "hall", MAP, PRICES));
        models.happened(new ShowCancelled(new ShowId("show"), ReadModels.NOW));
        assertThat(words()).containsExactly("an", "concert", "evening", "glaciers", "hall", "koln", "old");
        models.happened(new ShowCancelled(new ShowId("other"), ReadModels.NOW));
        assertThat(words()).isEmpty();
    }

    @Test
    void fifty_thousand_events_are_handled_in_seconds() {
        SeatMap stadium = new SeatMap(List.of(Section.standing("All", 50_000)));
        Map<String, Money> prices = Map.of("All", euros("10"));
        models.happened(venue("stadium", "Stadium", "Köln", 50.93, 6.87, stadium));
        models.happened(
                drafted("big", "stadium", details("Big", ShowType.SPORTS, TONIGHT), prices),
                published("big", "stadium", stadium, prices));
        long begin = System.nanoTime();
        for (int seat = 0; seat < 50_000; seat += 1_000) {
            List<Event> batch = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                batch.add(reserved("big", seat + i, "a"));
            }
            models.happened(batch);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        assertThat(models.jdbc()
                        .sql("SELECT held FROM view.section WHERE show_id = 'big'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(50_000);
        assertThat(seconds).isLessThan(30);
    }
}
