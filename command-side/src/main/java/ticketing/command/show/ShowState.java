package ticketing.command.show;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ticketing.messages.Money;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection.Invalid;
import ticketing.messages.Rejection.ShowNotEditable;
import ticketing.messages.Rejection.ShowNotFound;
import ticketing.messages.UserId;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowCommand.CancelShow;
import ticketing.messages.show.ShowCommand.PublishShow;
import ticketing.messages.show.ShowCommand.ReviseShow;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowEvent;
import ticketing.messages.show.ShowEvent.ShowCancelled;
import ticketing.messages.show.ShowEvent.ShowDrafted;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowEvent.ShowRevised;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.venue.SeatMap;
import ticketing.messages.venue.VenueId;

/** All that a show's decisions depend on; pure functions of state, command and time. */
sealed interface ShowState {

    /** Nothing is known of it. */
    record Unknown() implements ShowState {}

    /** Being prepared by its organizer. */
    record Draft(UserId organizerId, VenueId venueId, ShowDetails details, Map<String, Money> prices)
            implements ShowState {}

    /** For sale, or at least on its way there. */
    record Published(
            UserId organizerId,
            VenueId venueId,
            ShowDetails details,
            Map<String, Money> prices,
            List<PricedSection> sections)
            implements ShowState {}

    /** Over before it took place. */
    record Cancelled(UserId organizerId, VenueId venueId, ShowDetails details) implements ShowState {}

    /** The state after this event. */
    static ShowState evolve(ShowState state, ShowEvent event) {
        return switch (event) {
            case ShowDrafted e -> new Draft(e.organizerId(), e.venueId(), e.details(), e.prices());
            case ShowRevised e ->
                switch (state) {
                    case Draft s -> new Draft(s.organizerId(), e.venueId(), e.details(), e.prices());
                    case Published s ->
                        new Published(s.organizerId(), s.venueId(), e.details(), s.prices(), s.sections());
                    case Cancelled _, Unknown _ -> state;
                };
            case ShowPublished e ->
                state instanceof Draft s
                        ? new Published(s.organizerId(), s.venueId(), s.details(), s.prices(), e.sections())
                        : state;
            case ShowCancelled _ ->
                switch (state) {
                    case Draft s -> new Cancelled(s.organizerId(), s.venueId(), s.details());
                    case Published s -> new Cancelled(s.organizerId(), s.venueId(), s.details());
                    case Cancelled _, Unknown _ -> state;
                };
        };
    }

    /** What may be said about prices in a draft: one currency, and only sections that the venue has. */
    static void checkPrices(Map<String, Money> prices, SeatMap seatMap) {
        Set<String> names = new HashSet<>();
        seatMap.sections().forEach(section -> names.add(section.name()));
        String currency = null;
        for (Map.Entry<String, Money> price : prices.entrySet()) {
            if (!names.contains(price.getKey())) {
                throw new Rejected(new Invalid("prices", "The venue has no section " + price.getKey() + "."));
            }
            if (currency != null && !currency.equals(price.getValue().currency())) {
                throw new Rejected(new Invalid("prices", "All prices of an event are in one currency."));
            }
            currency = price.getValue().currency();
        }
    }

    /** @throws Rejected if the show cannot be changed like this */
    default List<ShowEvent> revise(ReviseShow c, SeatMap seatMap) {
        return switch (owned(c.showId(), c.organizerId(), c.anyOwner())) {
            case Draft draft -> {
                checkPrices(c.prices(), seatMap);
                ShowRevised revised = new ShowRevised(c.showId(), c.venueId(), c.details(), c.prices());
                yield draft.equals(evolve(draft, revised)) ? List.of() : List.of(revised);
            }
            case Published published -> {
                if (!published.venueId().equals(c.venueId())
                        || !published.prices().equals(c.prices())) {
                    throw new Rejected(new ShowNotEditable(
                            c.showId(),
                            ShowStatus.PUBLISHED,
                            "Venue and prices are fixed once an event is published."));
                }
                ShowRevised revised = new ShowRevised(c.showId(), c.venueId(), c.details(), c.prices());
                yield published.details().equals(c.details()) ? List.of() : List.of(revised);
            }
            case Cancelled _ ->
                throw new Rejected(
                        new ShowNotEditable(c.showId(), ShowStatus.CANCELLED, "A cancelled event cannot be changed."));
            case Unknown _ -> throw new Rejected(new ShowNotFound(c.showId()));
        };
    }

    /** @throws Rejected if the show cannot be published */
    default List<ShowEvent> publish(PublishShow c, SeatMap seatMap, int seatMapVersion, Instant now) {
        return switch (owned(c.showId(), c.organizerId(), c.anyOwner())) {
            case Draft draft -> {
                checkPrices(draft.prices(), seatMap);
                if (draft.prices().isEmpty()) {
                    throw new Rejected(new Invalid("prices", "At least one section needs a price."));
                }
                if (!draft.details().saleEndsAt().isAfter(now)) {
                    throw new Rejected(new ShowNotEditable(
                            c.showId(), ShowStatus.DRAFT, "An event that is over cannot be published."));
                }
                yield List.of(new ShowPublished(
                        c.showId(), draft.venueId(), seatMapVersion, priced(seatMap, draft.prices()), now));
            }
            case Published _ -> List.of();
            case Cancelled _ ->
                throw new Rejected(new ShowNotEditable(
                        c.showId(), ShowStatus.CANCELLED, "A cancelled event cannot be published."));
            case Unknown _ -> throw new Rejected(new ShowNotFound(c.showId()));
        };
    }

    private static List<PricedSection> priced(SeatMap seatMap, Map<String, Money> prices) {
        List<PricedSection> sections = new ArrayList<>();
        int firstSeat = 0;
        for (SeatMap.Section section : seatMap.sections()) {
            sections.add(new PricedSection(section.name(), firstSeat, section.seatCount(), prices.get(section.name())));
            firstSeat += section.seatCount();
        }
        return sections;
    }

    /** @throws Rejected if the show is not the asker's */
    default List<ShowEvent> cancel(CancelShow c, Instant now) {
        return switch (owned(c.showId(), c.organizerId(), c.anyOwner())) {
            case Draft _, Published _ -> List.of(new ShowCancelled(c.showId(), now));
            case Cancelled _ -> List.of();
            case Unknown _ -> throw new Rejected(new ShowNotFound(c.showId()));
        };
    }

    private ShowState owned(ShowId showId, UserId asking, boolean anyOwner) {
        UserId owner = switch (this) {
            case Draft s -> s.organizerId();
            case Published s -> s.organizerId();
            case Cancelled s -> s.organizerId();
            case Unknown _ -> throw new Rejected(new ShowNotFound(showId));
        };
        if (!anyOwner && !owner.equals(asking)) {
            throw new Rejected(new ShowNotFound(showId));
        }
        return this;
    }
}
