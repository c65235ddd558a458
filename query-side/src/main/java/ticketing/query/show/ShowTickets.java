package ticketing.query.show;

import java.util.ArrayList;
import java.util.List;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.ticket.TicketStatus;
import ticketing.messages.ticket.TicketsOf;
import ticketing.messages.ticket.TicketsOf.Ticket;
import ticketing.query.show.PublishedShows.PublishedShow;
import ticketing.query.venue.SeatLayout;

/** Answers which tickets a show has. Most of them are nowhere written: they follow from the show's sections. */
@Component
class ShowTickets {

    private final JdbcClient jdbc;
    private final PublishedShows published;

    ShowTickets(JdbcClient jdbc, PublishedShows published) {
        this.jdbc = jdbc;
        this.published = published;
    }

    @QueryHandler
    TicketsOf.@Nullable Tickets handle(TicketsOf query) {
        PublishedShow show = published.find(query.showId());
        if (show == null) {
            return isOwnDraft(query) ? new TicketsOf.Tickets(List.of()) : null;
        }
        @Nullable
        TicketStatus[] statuses = statuses(query.showId(), show.layout().seatCount());
        List<Ticket> tickets = new ArrayList<>();
        for (int i = 0; i < show.sections().size(); i++) {
            PricedSection section = show.sections().get(i);
            if (section.price() == null
                    || (query.section() != null && !query.section().equals(section.name()))) {
                continue;
            }
            for (int seat = section.firstSeat(); seat < section.firstSeat() + section.seats(); seat++) {
                TicketStatus status = statuses[seat] == null ? TicketStatus.AVAILABLE : statuses[seat];
                SeatLayout.Place place = show.layout().place(seat);
                if (place != null && (query.status() == null || query.status() == status)) {
                    tickets.add(new Ticket(
                            TicketId.of(query.showId(), seat),
                            section.name(),
                            place.row(),
                            place.seat(),
                            section.price(),
                            status));
                }
            }
        }
        return new TicketsOf.Tickets(tickets);
    }

    private @Nullable TicketStatus[] statuses(ShowId showId, int seats) {
        @Nullable TicketStatus[] statuses = new @Nullable TicketStatus[seats];
        jdbc.sql("SELECT seat, status FROM view.seat WHERE show_id = ? AND status <> 0")
                .param(showId.value())
                .query(row -> {
                    statuses[row.getInt(1)] = row.getInt(2) == 1 ? TicketStatus.HELD : TicketStatus.SOLD;
                });
        return statuses;
    }

    private boolean isOwnDraft(TicketsOf query) {
        return jdbc.sql("SELECT organizer_id FROM view.show WHERE show_id = ?")
                .param(query.showId().value())
                .query(String.class)
                .optional()
                .filter(owner -> query.seesDrafts()
                        || (query.viewer() != null && query.viewer().value().equals(owner)))
                .isPresent();
    }
}
