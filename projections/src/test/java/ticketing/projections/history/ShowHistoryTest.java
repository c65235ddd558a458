package ticketing.projections.history;

import static org.assertj.core.api.Assertions.assertThat;
import static ticketing.projections.Happenings.booking;
import static ticketing.projections.Happenings.euros;
import static ticketing.projections.Happenings.published;
import static ticketing.projections.Happenings.ticket;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.axonframework.eventhandling.GenericEventMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import ticketing.messages.Event;
import ticketing.messages.booking.BookingEvent;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.SeatMap.Section;
import ticketing.projections.ReadModels;
import ticketing.projections.history.ShowHistory.SeatsThen;

class ShowHistoryTest {

    private static final SeatMap MAP = new SeatMap(List.of(Section.standing("Floor", 500)));

    /** More than two keyframes. */
    private static final int CHANGES = 8_400;

    private final ReadModels models = new ReadModels();
    private final ShowHistory history = new ShowHistory(new JdbcTemplate(models.database()));
    private final Clock usual = GenericEventMessage.clock;
    private Instant now = ReadModels.NOW;

    @BeforeEach
    void let_time_be_told() {
        InstantSource told = () -> now;
        GenericEventMessage.clock = told.withZone(ZoneOffset.UTC);
    }

    @AfterEach
    void close() {
        GenericEventMessage.clock = usual;
        models.close();
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by what is in it
    private record Told(Instant at, long position, byte[] seats) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Told told && told.position == position && Arrays.equals(told.seats, seats);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(position);
        }
    }

    /** Changes seats of two shows by chance, in batches of many sizes, and remembers what the first one looked like after each. */
    private List<Told> much() {
        models.happened(published("show", "hall", MAP, Map.of("Floor", euros("30"))));
        models.happened(published("other", "hall", MAP, Map.of("Floor", euros("30"))));
        Random chance = new Random(4711);
        byte[] seats = new byte[125];
        List<Told> told = new ArrayList<>();
        long position = 2;
        List<Event> batch = new ArrayList<>();
        int size = 1;
        while (told.size() < CHANGES) {
            // The clock of one batch is one, so several events have the same time; and sometimes it stands still.
            String show = chance.nextInt(5) == 0 ? "other" : "show";
            int seat = chance.nextInt(500);
            int kind = chance.nextInt(4);
            batch.add(event(show, seat, kind));
            position++;
            if (show.equals("show")) {
                int status = new int[] {1, 2, 0, 0}[kind];
                int shift = (seat & 3) << 1;
                seats[seat >> 2] = (byte) ((seats[seat >> 2] & ~(3 << shift)) | (status << shift));
                told.add(new Told(now, position, seats.clone()));
            }
            if (batch.size() == size) {
                models.happened(batch);
                batch.clear();
                size = 1 + chance.nextInt(700);
                now = now.plus(Duration.ofMillis(chance.nextInt(3)));
            }
        }
        models.happened(batch);
        return told;
    }

    private static Event event(String show, int seat, int kind) {
        return switch (kind) {
            case 0 -> new TicketReserved(ticket(show, seat), booking(show, "x"), euros("30"), ReadModels.NOW);
            case 1 -> new TicketConfirmed(ticket(show, seat), booking(show, "x"), euros("30"));
            case 2 -> new TicketReleased(ticket(show, seat), booking(show, "x"));
            default -> new TicketExpired(ticket(show, seat), booking(show, "x"));
        };
    }

    private Told at(Instant moment) {
        SeatsThen then = history.at(new ShowId("show"), moment).orElseThrow();
        return new Told(moment, then.seq(), Arrays.copyOf(then.statuses(), 125));
    }

    @Test
    void the_seats_at_any_moment_are_what_they_were_then() {
        List<Told> told = much();
        assertThat(models.jdbc()
                        .sql("SELECT count(*) FROM view.history_keyframe WHERE show_id = 'show'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(CHANGES / History.KEYFRAME);
        Random chance = new Random(1);
        for (int i = 0; i < 100; i++) {
            Instant moment = told.get(chance.nextInt(told.size())).at();
            // The last of those that happened in the same millisecond.
            Told expected = told.reversed().stream()
                    .filter(one -> !one.at().isAfter(moment))
                    .findFirst()
                    .orElseThrow();
            assertThat(at(moment)).as("at " + moment).isEqualTo(expected);
        }
        assertThat(history.at(new ShowId("show"), ReadModels.NOW.minusMillis(1))
                        .orElseThrow()
                        .published())
                .isFalse();
        assertThat(history.at(new ShowId("unheard"), now)).isEmpty();
    }

    @Test
    void however_events_are_cut_into_batches_the_history_is_the_same() {
        much();
        List<String> before = dump();
        models.reset();
        models.again(1, 77);
        assertThat(dump()).isEqualTo(before);
        models.again(4_000, 3_333);
        assertThat(dump()).as("handled again").isEqualTo(before);
    }

    private List<String> dump() {
        return models.jdbc().sql("""
                        SELECT h::text FROM view.history h UNION ALL SELECT s::text FROM view.history_show s
                        UNION ALL SELECT k::text FROM view.history_keyframe k ORDER BY 1
                        """).query(String.class).list();
    }

    @Test
    void an_event_that_was_stored_later_does_not_show_before_the_one_that_it_followed() {
        models.happened(published("show", "hall", MAP, Map.of("Floor", euros("30"))));
        now = ReadModels.NOW.plusSeconds(10);
        models.happened(event("show", 0, 0));
        // Published by a node whose clock is late.
        now = ReadModels.NOW.plusSeconds(9);
        models.happened(event("show", 1, 0));

        assertThat(at(ReadModels.NOW.plusSeconds(9)).position).isEqualTo(1);
        assertThat(at(ReadModels.NOW.plusSeconds(10)).position).isEqualTo(3);
    }

    @Test
    void a_cancelled_show_says_so_and_what_happens_to_its_tickets_is_not_its_map() {
        models.happened(published("show", "hall", MAP, Map.of("Floor", euros("30"))), event("show", 0, 0));
        models.happened(new ShowCancelled(new ShowId("show"), now), event("show", 0, 2));
        SeatsThen then = history.at(new ShowId("show"), now).orElseThrow();
        assertThat(then.cancelled()).isTrue();
        assertThat(then.seq()).isEqualTo(3);
    }

    @Test
    void every_event_of_a_show_has_a_code() {
        List<Class<?>> events = new ArrayList<>();
        for (Class<?> kind : List.of(ShowEvent.class, TicketEvent.class, BookingEvent.class)) {
            events.addAll(Arrays.asList(kind.getPermittedSubclasses()));
        }
        events.removeIf(event -> !event.isRecord());
        assertThat(Happening.values()).hasSameSizeAs(events);
        assertThat(Arrays.stream(Happening.values()).map(Happening::code)).doesNotHaveDuplicates();
    }
}
