package ticketing.command.show;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import ticketing.command.SoleWriter;
import ticketing.messages.Rejected;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowId;

/**
 * Reads shows' terms from their events and keeps them. On the node that changes a show its terms change with the commit, so where this node is the only one
 * they are kept as long as they are used. Where there are others, terms are never older than {@link #OLDEST}, however long nobody has asked for them; while somebody
 * does, they are read again beside the requests. What slips through a cancellation in that time is caught by {@link ShowCancellationPolicy}'s second round.
 */
@Component
public class SaleTermsReader {

    private static final Duration OLDEST = Duration.ofSeconds(1);
    private static final Duration REFRESHED = OLDEST.dividedBy(2);
    private static final Duration UNUSED = Duration.ofMinutes(10);
    private static final int MOST = 20_000;

    private final EventStore eventStore;
    private final LoadingCache<ShowId, SaleTerms> cache;

    @Autowired
    SaleTermsReader(EventStore eventStore, SoleWriter soleWriter) {
        this(eventStore, soleWriter, Ticker.systemTicker());
    }

    SaleTermsReader(EventStore eventStore, SoleWriter soleWriter, Ticker ticker) {
        this.eventStore = eventStore;
        Caffeine<Object, Object> builder = Caffeine.newBuilder()
                .maximumSize(MOST)
                .ticker(ticker)
                .executor(Executors.newVirtualThreadPerTaskExecutor());
        this.cache = (soleWriter.sole()
                        ? builder.expireAfterAccess(UNUSED)
                        : builder.refreshAfterWrite(REFRESHED).expireAfterWrite(OLDEST))
                .build(this::read);
    }

    /**
     * The terms of this show.
     *
     * @throws Rejected if there is no such show
     */
    public SaleTerms of(ShowId showId) {
        return cache.get(showId);
    }

    void forget(ShowId showId) {
        cache.invalidate(showId);
    }

    private SaleTerms read(ShowId showId) {
        DomainEventStream events = eventStore.readEvents(showId.value());
        ShowState state = new ShowState.Unknown();
        while (events.hasNext()) {
            if (events.next().getPayload() instanceof ShowEvent event) {
                state = ShowState.evolve(state, event);
            }
        }
        return SaleTerms.of(showId, state);
    }
}
