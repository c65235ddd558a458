package ticketing.query.show;

import java.util.List;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowOf;
import ticketing.messages.show.ShowOf.Availability;
import ticketing.messages.show.ShowOf.Image;
import ticketing.messages.show.ShowOf.Section;
import ticketing.messages.show.ShowOf.Show;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.ticket.TicketsOf;
import ticketing.query.Rows;
import ticketing.query.performer.Performers;
import ticketing.query.show.PublishedShows.PublishedShow;
import ticketing.query.venue.SeatLayout;
import ticketing.query.venue.SeatLayouts;

/** Answers questions for a show. */
@Component
class Shows {

    private final JdbcClient jdbc;
    private final PublishedShows published;
    private final SeatLayouts layouts;
    private final Performers performers;
    private final ShowTickets tickets;

    Shows(JdbcClient jdbc, PublishedShows published, SeatLayouts layouts, Performers performers, ShowTickets tickets) {
        this.jdbc = jdbc;
        this.published = published;
        this.layouts = layouts;
        this.performers = performers;
        this.tickets = tickets;
    }

    @QueryHandler
    @Nullable
    Show handle(ShowOf query) {
        ShowRow show = ShowRow.find(jdbc, query.showId(), query.viewer(), query.seesDrafts());
        if (show == null) {
            return null;
        }
        ShowDetails details = show.details();
        List<Section> sections = sections(query, show);
        if (show.status() == ShowStatus.CANCELLED) {
            // No seat of a cancelled show is to be had, whoever had it before.
            sections = sections.stream()
                    .map(section -> new Section(section.name(), section.price(), 0, section.held(), section.sold()))
                    .toList();
        }
        int available = sections.stream().mapToInt(Section::available).sum();
        int held = sections.stream().mapToInt(Section::held).sum();
        int sold = sections.stream().mapToInt(Section::sold).sum();
        return new Show(
                query.showId(),
                details.name(),
                details.description(),
                details.type(),
                show.status(),
                details.startsAt(),
                details.endsAt(),
                show.venue().zone(),
                details.onSaleAt() == null ? show.publishedAt() : details.onSaleAt(),
                details.holdSeconds(),
                details.maxTicketsPerBooking(),
                show.venue(),
                performers.all(details.performerIds()),
                sections,
                new Availability(available, held, sold, available + held + sold),
                details.imageIds().stream()
                        .map(id -> new Image(id, "/v1/images/" + id))
                        .toList(),
                query.withTickets() ? ticketsOf(query) : null);
    }

    private List<TicketsOf.Ticket> ticketsOf(ShowOf query) {
        TicketsOf.Tickets found =
                tickets.handle(new TicketsOf(query.showId(), query.viewer(), query.seesDrafts(), null, null));
        return found == null ? List.of() : found.tickets();
    }

    private List<Section> sections(ShowOf query, ShowRow show) {
        PublishedShow publishedShow = published.find(query.showId());
        if (publishedShow == null) {
            SeatLayout layout = layouts.find(show.venue().venueId(), show.seatMapVersion());
            return layout == null
                    ? List.of()
                    : layout.sections().stream()
                            .map(section ->
                                    new Section(section.name(), show.prices().get(section.name()), 0, 0, 0))
                            .toList();
        }
        List<Section> counted = jdbc.sql("""
                SELECT section, amount, currency, available, held, sold FROM view.section WHERE show_id = ? ORDER BY ordinal
                """)
                .param(query.showId().value())
                .query((row, n) -> new Section(
                        row.getString("section"),
                        Rows.moneyOrNull(row, "amount", "currency"),
                        row.getInt("available"),
                        row.getInt("held"),
                        row.getInt("sold")))
                .list();
        if (!counted.isEmpty()) {
            return counted;
        }
        // The seats' read model is a moment behind the catalogue; nobody can have taken one yet.
        return publishedShow.sections().stream()
                .map(section -> new Section(
                        section.name(), section.price(), section.price() == null ? 0 : section.seats(), 0, 0))
                .toList();
    }
}
