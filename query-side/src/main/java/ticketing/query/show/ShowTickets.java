package ticketing.query.show;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.Money;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.ticket.TicketId;
import ticketing.messages.ticket.TicketStatus;
import ticketing.messages.ticket.TicketsOf;
import ticketing.messages.ticket.TicketsOf.Ticket;
import ticketing.query.show.PublishedShows.PublishedShow;
import ticketing.query.venue.SeatLayout;

/** Answers which tickets a show has. Most of them are nowhere written: they follow from the show's sections, and are made while they are read. */
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
        SeatLayout layout = show.layout();
        Map<String, Money> prices = new HashMap<>();
        BitSet wanted = new BitSet(layout.seatCount());
        for (PricedSection section : show.sections()) {
            if (section.price() != null
                    && (query.section() == null || query.section().equals(section.name()))) {
                prices.put(section.name(), section.price());
                wanted.set(section.firstSeat(), section.firstSeat() + section.seats());
            }
        }
        BitSet held = new BitSet();
        BitSet sold = new BitSet();
        taken(query.showId(), held, sold);
        narrow(wanted, query.status(), held, sold, isCancelled(query.showId()));
        return new TicketsOf.Tickets(new SeatList<>(wanted, seat -> {
            SeatLayout.Printed printed = Objects.requireNonNull(layout.printed(seat), "a section beyond the map");
            return new Ticket(
                    TicketId.of(query.showId(), seat),
                    printed.section(),
                    printed.row(),
                    printed.seat(),
                    Objects.requireNonNull(prices.get(printed.section())),
                    held.get(seat) ? TicketStatus.HELD : sold.get(seat) ? TicketStatus.SOLD : TicketStatus.AVAILABLE);
        }));
    }

    /** Of a cancelled show nothing is available: what nobody has any more is no ticket, just as in a section that is not for sale. */
    private static void narrow(
            BitSet wanted, @Nullable TicketStatus status, BitSet held, BitSet sold, boolean cancelled) {
        if (cancelled) {
            BitSet taken = (BitSet) held.clone();
            taken.or(sold);
            wanted.and(taken);
        }
        switch (status) {
            case null -> {}
            case AVAILABLE -> {
                wanted.andNot(held);
                wanted.andNot(sold);
            }
            case HELD -> wanted.and(held);
            case SOLD -> wanted.and(sold);
        }
    }

    private void taken(ShowId showId, BitSet held, BitSet sold) {
        jdbc.sql("SELECT seat, status FROM view.seat WHERE show_id = ? AND status <> 0")
                .param(showId.value())
                .query(row -> {
                    (row.getInt(2) == 1 ? held : sold).set(row.getInt(1));
                });
    }

    private boolean isCancelled(ShowId showId) {
        return jdbc.sql("SELECT status FROM view.show WHERE show_id = ?")
                .param(showId.value())
                .query(String.class)
                .optional()
                .filter(ShowStatus.CANCELLED.name()::equals)
                .isPresent();
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
