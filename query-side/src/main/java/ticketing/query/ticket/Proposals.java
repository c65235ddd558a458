package ticketing.query.ticket;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.BestAvailable;
import ticketing.messages.ticket.BestAvailable.Choice;
import ticketing.messages.ticket.TicketId;
import ticketing.query.show.PublishedShows;
import ticketing.query.show.PublishedShows.PublishedShow;

/** Answers which seats to take. */
@Component
class Proposals {

    private static final int MOST_SHOWS = 500;

    private final JdbcClient jdbc;
    private final PublishedShows published;
    private final Cache<ShowId, TakenSeats> taken = Caffeine.newBuilder()
            .maximumSize(MOST_SHOWS)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    Proposals(JdbcClient jdbc, PublishedShows published) {
        this.jdbc = jdbc;
        this.published = published;
    }

    @QueryHandler
    @Nullable
    Choice handle(BestAvailable query) {
        PublishedShow show = published.find(query.showId());
        if (show == null) {
            return null;
        }
        if (query.section() != null
                && show.sections().stream()
                        .noneMatch(section ->
                                section.price() != null && section.name().equals(query.section()))) {
            return new Choice(List.of(), false);
        }
        BitSet takenNow =
                taken.get(query.showId(), id -> new TakenSeats(jdbc, id)).now();
        BitSet unwanted = new BitSet();
        for (TicketId ticket : query.except()) {
            if (ticket.showId().equals(query.showId())) {
                unwanted.set(ticket.seat());
            }
        }
        List<PricedSection> sections = show.sections().stream()
                .filter(section -> isWanted(section, query))
                .toList();
        SeatChoice choice = new SeatChoice(
                show.layout(), sections, seat -> !takenNow.get(seat) && !unwanted.get(seat), query.accessible());
        return new Choice(
                choice.best(query.quantity(), query.seed()).stream()
                        .map(seat -> TicketId.of(query.showId(), seat))
                        .toList(),
                true);
    }

    private static boolean isWanted(PricedSection section, BestAvailable query) {
        return section.price() != null
                && (query.section() == null || query.section().equals(section.name()))
                && (query.maxPrice() == null || section.price().amount().compareTo(query.maxPrice()) <= 0);
    }
}
