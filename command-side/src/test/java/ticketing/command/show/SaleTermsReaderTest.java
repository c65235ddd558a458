package ticketing.command.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.command.SoleWriter;
import ticketing.command.TestDatabase;
import ticketing.command.eventstore.EventSerializer;
import ticketing.command.eventstore.GroupCommit;
import ticketing.command.eventstore.PostgresEventStorageEngine;
import ticketing.command.eventstore.PostgresEventStore;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.ShowNotFound;
import ticketing.messages.UserId;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowEvent.ShowDrafted;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.show.ShowType;
import ticketing.messages.venue.VenueId;

/** Terms read off a real event store, with a clock that the test moves. */
@Timeout(60)
class SaleTermsReaderTest {

    private static final ShowId SHOW = new ShowId("show1");
    private static final UserId OLGA = new UserId("olga");
    private static final VenueId VENUE = new VenueId("venue1");
    private static final Money PRICE = Money.ofMinorUnits(4950, "EUR");
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final ShowDetails DETAILS = new ShowDetails(
            "Show", "", ShowType.CONCERT, List.of(), NOON.plusSeconds(86_400), null, null, 600, 8, List.of());
    private static final List<PricedSection> SECTIONS = List.of(new PricedSection("Stalls", 0, 10, PRICE));

    private final TestDatabase database = new TestDatabase();
    private final GroupCommit groupCommit = new GroupCommit(database.dataSource());
    private final PostgresEventStore store = new PostgresEventStore(
            new PostgresEventStorageEngine(
                    database.dataSource(),
                    groupCommit,
                    EventSerializer.create(),
                    NoOpEventUpcaster.INSTANCE,
                    10,
                    true,
                    false),
            groupCommit);
    private final AtomicLong nanos = new AtomicLong();
    private long written;

    @BeforeEach
    void a_show_on_sale() {
        groupCommit.start();
        store.start();
        happens(new ShowDrafted(SHOW, OLGA, VENUE, DETAILS, Map.of("Stalls", PRICE)));
        happens(new ShowPublished(SHOW, VENUE, 1, SECTIONS, NOON));
    }

    @AfterEach
    void close() {
        store.close();
        groupCommit.close();
        database.close();
    }

    /** As another node would write it: nobody tells this one. */
    private void happens(ShowEvent event) {
        store.publish(new GenericDomainEventMessage<>("Show", event.showId().value(), written++, event));
    }

    private SaleTermsReader reader(boolean soleWriter) {
        return new SaleTermsReader(store, new SoleWriter(soleWriter), nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void the_terms_of_a_show_follow_from_its_events() {
        assertThat(reader(true).of(SHOW)).isEqualTo(new SaleTerms(SHOW, OLGA, ShowStatus.PUBLISHED, DETAILS, SECTIONS));
        ShowId draft = new ShowId("show2");
        written = 0;
        happens(new ShowDrafted(draft, OLGA, VENUE, DETAILS, Map.of()));
        assertThat(reader(true).of(draft)).isEqualTo(new SaleTerms(draft, OLGA, ShowStatus.DRAFT, DETAILS, List.of()));
    }

    @Test
    void a_show_that_nobody_drafted_is_not_found() {
        ShowId none = new ShowId("none");
        assertThatThrownBy(() -> reader(true).of(none))
                .isInstanceOfSatisfying(
                        Rejected.class, e -> assertThat(e.rejection()).isEqualTo(new ShowNotFound(none)));
    }

    @Test
    void where_others_write_too_terms_are_never_older_than_a_second_even_if_nobody_asked_for_minutes() {
        SaleTermsReader reader = reader(false);
        assertThat(reader.of(SHOW).status()).isEqualTo(ShowStatus.PUBLISHED);
        happens(new ShowCancelled(SHOW, NOON));
        pass(Duration.ofMinutes(5));
        assertThat(reader.of(SHOW)).isEqualTo(new SaleTerms(SHOW, OLGA, ShowStatus.CANCELLED, DETAILS, List.of()));
    }

    @Test
    void where_others_write_too_a_second_is_the_bound() {
        SaleTermsReader reader = reader(false);
        assertThat(reader.of(SHOW).status()).isEqualTo(ShowStatus.PUBLISHED);
        happens(new ShowCancelled(SHOW, NOON));
        pass(Duration.ofSeconds(1));
        assertThat(reader.of(SHOW).status()).isEqualTo(ShowStatus.CANCELLED);
    }

    @Test
    void the_only_writer_reads_again_when_it_has_changed_them() {
        SaleTermsReader reader = reader(true);
        assertThat(reader.of(SHOW).status()).isEqualTo(ShowStatus.PUBLISHED);
        happens(new ShowCancelled(SHOW, NOON));
        reader.forget(SHOW);
        assertThat(reader.of(SHOW).status()).isEqualTo(ShowStatus.CANCELLED);
    }
}
