package ticketing.query.show;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.Money;
import ticketing.messages.show.PlacesOf;
import ticketing.messages.show.PlacesOf.Place;
import ticketing.messages.show.PlacesOf.Places;
import ticketing.messages.show.SeatLayoutOf;
import ticketing.messages.show.SeatLayoutOf.Layout;
import ticketing.messages.show.SeatLayoutOf.Row;
import ticketing.messages.show.SeatLayoutOf.Seat;
import ticketing.messages.show.SeatLayoutOf.Section;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;
import ticketing.query.show.PublishedShows.PublishedShow;
import ticketing.query.venue.SeatLayout;
import ticketing.query.venue.SeatLayouts;

/** Answers where a show's seats are and what is printed on them. */
@Component
class Seats {

    /** Raised when the same seat map is drawn differently, because clients keep drawings for ever. */
    private static final int DRAWING = 1;

    private final JdbcClient jdbc;
    private final PublishedShows published;
    private final SeatLayouts layouts;

    Seats(JdbcClient jdbc, PublishedShows published, SeatLayouts layouts) {
        this.jdbc = jdbc;
        this.published = published;
        this.layouts = layouts;
    }

    @QueryHandler
    @Nullable
    Layout handle(SeatLayoutOf query) {
        ShowId showId = query.showId();
        PublishedShow show = published.find(showId);
        if (show != null) {
            Map<String, Money> prices = new HashMap<>();
            show.sections().forEach(section -> {
                if (section.price() != null) {
                    prices.put(section.name(), section.price());
                }
            });
            return layout(showId, show.venueId() + "." + show.seatMapVersion(), show.layout(), prices);
        }
        ShowRow draft = ShowRow.find(jdbc, showId, query.viewer(), query.seesDrafts());
        if (draft == null) {
            return null;
        }
        SeatLayout layout = layouts.of(draft.venue().venueId(), draft.seatMapVersion());
        return layout(showId, draft.venue().venueId() + "." + draft.seatMapVersion(), layout, draft.prices());
    }

    @QueryHandler
    @Nullable
    Places handle(PlacesOf query) {
        PublishedShow show = published.find(query.showId());
        if (show == null) {
            return null;
        }
        List<Place> places = new ArrayList<>(query.seats().size());
        for (int seat : query.seats()) {
            SeatLayout.Place place = show.layout().place(seat);
            if (place != null) {
                places.add(new Place(seat, place.section(), place.row(), place.seat()));
            }
        }
        return new Places(places);
    }

    private static Layout layout(ShowId showId, String map, SeatLayout layout, Map<String, Money> prices) {
        List<Section> sections = layout.sections().stream()
                .map(section -> section(showId, layout, section, prices::get))
                .toList();
        return new Layout(map + "." + DRAWING + "." + hash(layout, prices), layout.seatCount(), sections);
    }

    private static Section section(
            ShowId showId, SeatLayout layout, SeatLayout.Section section, Function<String, @Nullable Money> prices) {
        Boolean standing = section.standing() ? true : null;
        List<Row> rows = new ArrayList<>(section.rows().size());
        for (SeatLayout.Row row : section.rows()) {
            List<Seat> seats = new ArrayList<>(row.labels().size());
            for (int i = 0; i < row.labels().size(); i++) {
                int seat = row.firstSeat() + i;
                seats.add(new Seat(
                        row.labels().get(i),
                        layout.x(seat),
                        row.bent() ? layout.y(seat) : null,
                        layout.isAccessible(seat) ? true : null,
                        TicketId.of(showId, seat)));
            }
            rows.add(new Row(row.label(), row.y(), standing, seats));
        }
        return new Section(section.name(), prices.apply(section.name()), standing, rows);
    }

    /** Of the prices in the order of the sections. FNV-1a, so that it is the same in every process. */
    private static String hash(SeatLayout layout, Map<String, Money> prices) {
        StringBuilder text = new StringBuilder();
        for (SeatLayout.Section section : layout.sections()) {
            Money price = prices.get(section.name());
            text.append(price == null ? "-" : price.amount().toPlainString() + price.currency())
                    .append(';');
        }
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return String.format(Locale.ROOT, "%016x", hash);
    }
}
