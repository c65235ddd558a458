package ticketing.api.booking;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import ticketing.api.Dispatch;
import ticketing.api.booking.BookingRequest.BestSeats;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.Identifier;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingCommand.ReserveBooking;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.Reserved;
import ticketing.messages.show.ShowDetails;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.BestAvailable;
import ticketing.messages.ticket.TicketId;

/** Turns a buyer's wish into a reservation: named seats as they are, best ones by proposing and trying again while others are faster. */
@Component
final class Reservations {

    /** A crowd that takes each other's proposals needs a few tries; after that the seats are as good as gone. */
    private static final int PROPOSALS = 8;

    /** How much of a name that cannot be a ticket's is given back; more than any ticket's has. */
    private static final int LONGEST_ECHO = 100;

    private static final BigDecimal HIGHEST_PRICE = new BigDecimal("10000000000");

    private final Dispatch dispatch;

    Reservations(Dispatch dispatch) {
        this.dispatch = dispatch;
    }

    /** @param name of the booking within its show: the same reservation again comes with the same one */
    Reserved reserve(UserId buyer, String name, BookingRequest request) {
        ShowId showId = show(request.eventId());
        BookingId bookingId = BookingId.of(showId, name);
        List<@Nullable String> named = request.ticketIds();
        BestSeats best = request.bestAvailable();
        if (named != null && best == null) {
            return dispatch.send(new ReserveBooking(bookingId, buyer, tickets(named)), Reserved.class);
        }
        if (best != null && named == null) {
            return reserveBest(bookingId, buyer, showId, best);
        }
        throw Problem.invalid("ticketIds", "is needed, or else bestAvailable, and not both");
    }

    private Reserved reserveBest(BookingId bookingId, UserId buyer, ShowId showId, BestSeats wish) {
        int quantity = wish.quantity() == null ? 0 : wish.quantity();
        if (quantity < 1) {
            throw Problem.invalid("bestAvailable.quantity", "must be at least 1");
        }
        if (quantity > BestAvailable.MOST) {
            throw new Rejected(new Rejection.TooManyTickets(quantity, BestAvailable.MOST));
        }
        BigDecimal maxPrice = wish.maxPrice();
        if (maxPrice != null && (maxPrice.signum() < 0 || maxPrice.compareTo(HIGHEST_PRICE) > 0)) {
            throw Problem.invalid("bestAvailable.maxPrice", "lies between 0 and " + HIGHEST_PRICE);
        }
        Set<TicketId> taken = new LinkedHashSet<>();
        for (int i = 0; i < PROPOSALS; i++) {
            long seed = i == 0 ? 0 : ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
            BestAvailable question = new BestAvailable(
                    showId,
                    quantity,
                    wish.section(),
                    maxPrice,
                    Boolean.TRUE.equals(wish.accessible()),
                    List.copyOf(taken),
                    seed);
            BestAvailable.Choice choice =
                    dispatch.ask(question, BestAvailable.Choice.class).orElse(BestAvailable.Choice.NONE);
            if (!choice.sectionKnown()) {
                throw Problem.invalid("bestAvailable.section", "is not a section of this event that is for sale");
            }
            try {
                // Also without a proposal: whether the show can be booked at all is the show's to say, and a repetition
                // gets the seats of the first time.
                return dispatch.send(
                        ReserveBooking.best(bookingId, buyer, choice.ticketIds(), quantity), Reserved.class);
            } catch (Rejected refused) {
                if (!(refused.rejection() instanceof Rejection.SeatTaken lost)) {
                    throw refused;
                }
                if (choice.ticketIds().isEmpty()) {
                    throw refused;
                }
                taken.addAll(lost.ticketIds());
            }
        }
        throw new Rejected(new Rejection.SeatTaken(List.of()));
    }

    private static ShowId show(@Nullable String eventId) {
        if (eventId == null) {
            throw Problem.invalid("eventId", "is needed");
        }
        try {
            return new ShowId(eventId);
        } catch (IllegalArgumentException e) {
            throw new Problem(ProblemCode.EVENT_NOT_FOUND, "There is no such event.");
        }
    }

    private static List<TicketId> tickets(List<@Nullable String> ids) {
        if (ids.isEmpty()) {
            throw Problem.invalid("ticketIds", "must name at least one ticket");
        }
        if (ids.size() > ShowDetails.MOST_TICKETS) {
            throw new Rejected(new Rejection.TooManyTickets(ids.size(), ShowDetails.MOST_TICKETS));
        }
        List<TicketId> tickets = new ArrayList<>(ids.size());
        List<String> unknown = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            String id = ids.get(i);
            if (id == null) {
                throw Problem.invalid("ticketIds[" + i + "]", "must not be null");
            }
            try {
                tickets.add(new TicketId(id));
            } catch (IllegalArgumentException e) {
                unknown.add(id.length() > LONGEST_ECHO ? id.substring(0, LONGEST_ECHO) + "…" : id);
            }
        }
        if (!unknown.isEmpty()) {
            throw new Problem(ProblemCode.TICKET_NOT_FOUND, "Not a ticket of this event.").with("ticketIds", unknown);
        }
        if (new HashSet<>(tickets).size() < tickets.size()) {
            throw Problem.invalid("ticketIds", "must not name a ticket twice");
        }
        return tickets;
    }

    /** A booking's identifier as it came in a path. */
    static BookingId booking(String id) {
        if (Identifier.isWellFormed(id)) {
            try {
                return new BookingId(id);
            } catch (IllegalArgumentException e) {
                throw new Problem(ProblemCode.BOOKING_NOT_FOUND, "There is no such booking.");
            }
        }
        throw new Problem(ProblemCode.BOOKING_NOT_FOUND, "There is no such booking.");
    }
}
