package ticketing.projections.seatfeed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static ticketing.projections.seatfeed.ClientMap.SHOW;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ticketing.messages.Event;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketExpired;
import ticketing.messages.ticket.TicketEvent.TicketRefunded;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketEvent.TicketReserved;
import ticketing.messages.ticket.TicketEvent.TicketRetimed;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.venue.VenueId;

/** The feed behind a real event store of Axon's. */
class SeatFeedTest {

    private static final Money PRICE = Money.ofMinorUnits(2500, "EUR");
    private static final BookingId BOOKING = BookingId.of(SHOW, "1");
    private static final Duration SOON = Duration.ofSeconds(10);

    /** A view that knows nothing and says that it is up to date with that. */
    private static final SeatViewReader EMPTY_VIEW = new SeatViewReader() {
        @Override
        public String epoch() {
            return "epoch1";
        }

        @Override
        public long position() {
            return 0;
        }

        @Override
        public boolean await(long position, Duration atMost) {
            return false;
        }

        @Override
        public Optional<SeatRows> read(ShowId showId) {
            return Optional.empty();
        }
    };

    private final EmbeddedEventStore store = EmbeddedEventStore.builder()
            .storageEngine(new InMemoryEventStorageEngine(1))
            .fetchDelay(20)
            .build();
    private final Source source = new Source(store);
    private final SeatFeed feed = new SeatFeed(source, EMPTY_VIEW, SeatBoards.Limits.DEFAULT);

    /** The store's events, as long as the line to it holds. */
    private static final class Source implements StreamableMessageSource<TrackedEventMessage<?>> {
        private final EmbeddedEventStore store;
        volatile boolean broken;
        /** Looks once and then hears nothing until the time is over, as Axon's embedded store does when an event comes between its look and its wait. */
        volatile boolean deaf;

        Source(EmbeddedEventStore store) {
            this.store = store;
        }

        private void check() {
            if (broken) {
                throw new IllegalStateException("the line is broken");
            }
        }

        @Override
        public BlockingStream<TrackedEventMessage<?>> openStream(@Nullable TrackingToken token) {
            check();
            BlockingStream<TrackedEventMessage<?>> stream = store.openStream(token);
            return new BlockingStream<>() {
                @Override
                public Optional<TrackedEventMessage<?>> peek() {
                    check();
                    return stream.peek();
                }

                @Override
                public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
                    check();
                    boolean next;
                    if (deaf) {
                        unit.sleep(timeout);
                        next = stream.hasNextAvailable();
                    } else {
                        next = stream.hasNextAvailable(timeout, unit);
                    }
                    check();
                    return next;
                }

                @Override
                public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
                    return stream.nextAvailable();
                }

                @Override
                public void close() {
                    stream.close();
                }
            };
        }

        @Override
        public @Nullable TrackingToken createTailToken() {
            return store.createTailToken();
        }

        @Override
        public @Nullable TrackingToken createHeadToken() {
            return store.createHeadToken();
        }

        @Override
        public @Nullable TrackingToken createTokenAt(Instant moment) {
            return store.createTokenAt(moment);
        }
    }

    @BeforeEach
    void start() {
        feed.start();
    }

    @AfterEach
    void stop() {
        feed.stop();
        store.shutDown();
    }

    private void happens(Event... events) {
        for (Event event : events) {
            store.publish(GenericEventMessage.asEventMessage(event));
        }
    }

    private static ShowPublished published() {
        return new ShowPublished(SHOW, new VenueId("v1"), 1, ClientMap.sections(8, 4), Instant.EPOCH);
    }

    private static TicketId seat(int seat) {
        return TicketId.of(SHOW, seat);
    }

    @Test
    void what_was_committed_is_in_the_next_answer() {
        happens(published());
        for (int i = 0; i < 4; i++) {
            happens(new TicketReserved(seat(i), BOOKING, PRICE, Instant.EPOCH));
            ClientMap client = new ClientMap();
            client.take(feed.availability(SHOW));
            assertThat(client.codes[i]).isEqualTo(1);
            assertThat(client.seq).isEqualTo(i + 2);
        }
    }

    @Test
    void a_store_that_wakes_nobody_makes_an_answer_late_and_not_impossible() {
        source.deaf = true;
        happens(published());
        assertThat(feed.availability(SHOW).seq()).isEqualTo(1);
        happens(new TicketReserved(seat(0), BOOKING, PRICE, Instant.EPOCH));
        assertThat(feed.availability(SHOW).seq()).isEqualTo(2);
    }

    @Test
    void every_ticket_event_has_its_status() throws InterruptedException {
        happens(published());
        try (SeatSubscription watcher = feed.subscribe(SHOW, List.of(), null)) {
            happens(
                    new TicketReserved(seat(0), BOOKING, PRICE, Instant.EPOCH),
                    new TicketReserved(seat(1), BOOKING, PRICE, Instant.EPOCH),
                    new TicketReserved(seat(2), BOOKING, PRICE, Instant.EPOCH),
                    new TicketReserved(seat(3), BOOKING, PRICE, Instant.EPOCH),
                    new TicketReserved(seat(4), BOOKING, PRICE, Instant.EPOCH),
                    new TicketRetimed(seat(1), BOOKING, Instant.EPOCH),
                    new TicketConfirmed(seat(2), BOOKING, PRICE),
                    new TicketReleased(seat(3), BOOKING),
                    new TicketExpired(seat(4), BOOKING),
                    new TicketReserved(seat(5), BOOKING, PRICE, Instant.EPOCH),
                    new TicketConfirmed(seat(5), BOOKING, PRICE),
                    new TicketRefunded(seat(5), BOOKING, PRICE));

            ClientMap client = new ClientMap();
            while (client.seq < 13) {
                client.take(Objects.requireNonNull(watcher.next(SOON), "no frame in time"));
            }
            assertThat(client.codes).containsExactly(1, 1, 2, 0, 0, 0, 0, 0, 3, 3, 3, 3);
        }
    }

    @Test
    void an_unknown_show_is_refused() {
        assertThatThrownBy(() -> feed.availability(SHOW))
                .isInstanceOfSatisfying(
                        Rejected.class, no -> assertThat(no.rejection()).isEqualTo(new Rejection.ShowNotFound(SHOW)));
        assertThatThrownBy(() -> feed.subscribe(SHOW, List.of(), null)).isInstanceOf(Rejected.class);
    }

    @Test
    void a_feed_that_cannot_follow_shows_no_old_map() {
        happens(published());
        assertThat(feed.availability(SHOW).seq()).isEqualTo(1);
        source.broken = true;
        happens(new TicketReserved(seat(0), BOOKING, PRICE, Instant.EPOCH));

        assertThatThrownBy(() -> feed.availability(SHOW)).isInstanceOf(SeatFeedBehind.class);
        assertThat(feed.fault()).isPresent();
        assertThatThrownBy(() -> feed.subscribe(SHOW, List.of(), null)).isInstanceOf(SeatFeedBehind.class);

        source.broken = false;
        Awaitility.await().atMost(SOON).until(() -> feed.fault().isEmpty());
        assertThat(feed.availability(SHOW).seq()).isEqualTo(2);
    }

    @Test
    void a_stopped_feed_ends_its_subscriptions_and_says_that_it_is_stopped() {
        happens(published());
        SeatSubscription watcher = feed.subscribe(SHOW, List.of(), null);
        assertThat(feed.fault()).isEmpty();

        feed.stop();

        assertThat(watcher.isClosed()).isTrue();
        assertThat(feed.fault()).contains("not started");
        assertThatThrownBy(() -> feed.subscribe(SHOW, List.of(), null)).isInstanceOf(SeatFeedBehind.class);
    }
}
