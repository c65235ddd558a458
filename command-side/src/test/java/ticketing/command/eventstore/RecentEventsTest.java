package ticketing.command.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.junit.jupiter.api.Test;

class RecentEventsTest {

    private final RecentEvents recent = new RecentEvents(4);

    private void add(long... positions) {
        LongStream.of(positions)
                .forEach(position -> recent.add(
                        position, new GenericDomainEventMessage<>("Ticket", "show1-1", position, "event " + position)));
    }

    private List<Object> after(long position, int most) {
        return recent.after(position, most).stream()
                .<Object>map(TrackedEventMessage::getPayload)
                .toList();
    }

    @Test
    void those_that_follow_come_in_their_order_with_their_positions() {
        add(1, 2, 3);

        assertThat(after(0, 10)).containsExactly("event 1", "event 2", "event 3");
        assertThat(after(2, 10)).containsExactly("event 3");
        assertThat(recent.after(1, 1))
                .extracting(event -> event.trackingToken().position().orElse(-1))
                .containsExactly(2L);
    }

    @Test
    void nothing_is_told_past_a_gap() {
        add(1, 2, 4);

        assertThat(after(0, 10)).containsExactly("event 1", "event 2");
        assertThat(after(2, 10)).isEmpty();
        assertThat(after(3, 10)).containsExactly("event 4");
    }

    @Test
    void the_oldest_go_and_are_not_taken_for_others() {
        add(1, 2, 3, 4, 5, 6);

        assertThat(after(0, 10)).isEmpty();
        assertThat(after(2, 10)).containsExactly("event 3", "event 4", "event 5", "event 6");
        assertThat(after(6, 10)).isEmpty();
    }

    @Test
    void nothing_is_known_at_first() {
        assertThat(after(0, 10)).isEmpty();
        assertThat(after(1_000_000, 10)).isEmpty();
    }

    @Test
    void what_no_aggregate_published_is_told_as_such() {
        recent.add(
                1,
                new GenericDomainEventMessage<>(
                        PostgresEventStorageEngine.NO_AGGREGATE, "an-identifier", 0, "event 1"));
        add(2);

        assertThat(recent.after(0, 1))
                .singleElement()
                .isNotInstanceOf(DomainEventMessage.class)
                .extracting(TrackedEventMessage::getPayload)
                .isEqualTo("event 1");
        assertThat(recent.after(1, 1)).singleElement().isInstanceOf(DomainEventMessage.class);
    }
}
