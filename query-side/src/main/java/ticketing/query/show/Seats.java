package ticketing.query.show;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.show.LayoutVersionOf;
import ticketing.messages.show.LayoutVersionOf.LayoutVersion;
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
import ticketing.messages.venue.VenueId;
import ticketing.query.ComputedList;
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
    LayoutVersion handle(LayoutVersionOf query) {
        Drawing drawing = drawing(query.showId(), query.viewer(), query.seesDrafts());
        return drawing == null ? null : new LayoutVersion(drawing.layoutVersion, drawing.published);
    }

    /** Rows and seats are made while the answer is being written: a stadium has more of them than many slow readers' answers could keep. */
    @QueryHandler
    @Nullable
    Layout handle(SeatLayoutOf query) {
        Drawing drawing = drawing(query.showId(), query.viewer(), query.seesDrafts());
        if (drawing == null) {
            return null;
        }
        SeatLayout layout = drawing.layout;
        List<Section> sections = layout.sections().stream()
                .map(section -> section(query.showId(), layout, section, drawing.prices.get(section.name())))
                .toList();
        return new Layout(drawing.layoutVersion, layout.seatCount(), sections);
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
            SeatLayout.Printed printed = show.layout().printed(seat);
            if (printed != null) {
                places.add(new Place(seat, printed.section(), printed.row(), printed.seat()));
            }
        }
        return new Places(places);
    }

    private record Drawing(String layoutVersion, SeatLayout layout, Map<String, Money> prices, boolean published) {}

    private @Nullable Drawing drawing(ShowId showId, @Nullable UserId viewer, boolean seesDrafts) {
        PublishedShow show = published.find(showId);
        if (show != null) {
            Map<String, Money> prices = new HashMap<>();
            show.sections().forEach(section -> {
                if (section.price() != null) {
                    prices.put(section.name(), section.price());
                }
            });
            return drawing(show.venueId(), show.seatMapVersion(), show.layout(), prices, true);
        }
        ShowRow draft = ShowRow.find(jdbc, showId, viewer, seesDrafts);
        if (draft == null) {
            return null;
        }
        VenueId venue = draft.venue().venueId();
        return drawing(venue, draft.seatMapVersion(), layouts.of(venue, draft.seatMapVersion()), draft.prices(), false);
    }

    private static Drawing drawing(
            VenueId venue, int seatMapVersion, SeatLayout layout, Map<String, Money> prices, boolean published) {
        String version = venue + "." + seatMapVersion + "." + DRAWING + "." + hash(layout, prices);
        return new Drawing(version, layout, prices, published);
    }

    private static Section section(
            ShowId showId, SeatLayout layout, SeatLayout.Section section, @Nullable Money price) {
        Boolean standing = section.standing() ? true : null;
        List<SeatLayout.Row> rows = section.rows();
        return new Section(
                section.name(),
                price,
                standing,
                new ComputedList<>(rows.size(), i -> row(showId, layout, rows.get(i), standing)));
    }

    private static Row row(ShowId showId, SeatLayout layout, SeatLayout.Row row, @Nullable Boolean standing) {
        return new Row(
                row.label(),
                row.y(),
                standing,
                new ComputedList<>(row.labels().size(), i -> seat(showId, layout, row, i)));
    }

    private static Seat seat(ShowId showId, SeatLayout layout, SeatLayout.Row row, int index) {
        int seat = row.firstSeat() + index;
        return new Seat(
                row.labels().get(index),
                layout.x(seat),
                row.bent() ? layout.y(seat) : null,
                layout.isAccessible(seat) ? true : null,
                TicketId.of(showId, seat));
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
