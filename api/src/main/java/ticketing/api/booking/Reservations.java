package ticketing.api.booking;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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
import ticketing.messages.booking.BookingOf;
import ticketing.messages.booking.BookingOf.Booking;
import ticketing.messages.booking.Reserved;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.BestAvailable;
import ticketing.messages.ticket.TicketId;

/** Turns a buyer's wish into a reservation: named seats as they are, best ones by proposing and trying again while others are faster. */
@Component
final class Reservations {

    /** No show allows more in one booking, so nothing beyond it is worth reading. */
    private static final int MOST_TICKETS = 100;

    /** A crowd that takes each other's proposals needs a few tries; after that the seats are as good as gone. */
    private static final int PROPOSALS = 8;

    private static final int NAME_BYTES = 12;

    private static final BigDecimal HIGHEST_PRICE = new BigDecimal("10000000000");

    private final SecureRandom random = new SecureRandom();
    private final Dispatch dispatch;

    Reservations(Dispatch dispatch) {
        this.dispatch = dispatch;
    }

    /** @param key the idempotency key: the same user with the same key names the same booking, whatever else is forgotten */
    Reserved reserve(UserId buyer, @Nullable String key, BookingRequest request) {
        ShowId showId = show(request.eventId());
        BookingId bookingId = BookingId.of(showId, name(buyer, key));
        List<String> named = request.ticketIds();
        BestSeats best = request.bestAvailable();
        if (named != null && best == null) {
            return reserve(bookingId, buyer, tickets(named));
        }
        if (best != null && named == null) {
            return reserveBest(bookingId, buyer, showId, best);
        }
        throw Problem.invalid("ticketIds", "or bestAvailable is needed, and not both");
    }

    private Reserved reserve(BookingId bookingId, UserId buyer, List<TicketId> tickets) {
        return dispatch.send(new ReserveBooking(bookingId, buyer, tickets), Reserved.class);
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
        // The same key again: the seats that were proposed then, not others now.
        Optional<Booking> before = dispatch.ask(new BookingOf(bookingId, buyer), Booking.class);
        if (before.isPresent()) {
            List<TicketId> same = before.get().tickets().stream()
                    .map(BookingOf.Ticket::ticketId)
                    .toList();
            return reserve(bookingId, buyer, same);
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
            List<TicketId> proposal = dispatch.ask(question, BestAvailable.Choice.class)
                    .map(BestAvailable.Choice::ticketIds)
                    .orElse(List.of());
            try {
                // Also without a proposal: whether the show can be booked at all is the show's to say.
                return reserve(bookingId, buyer, proposal);
            } catch (Rejected refused) {
                if (!(refused.rejection() instanceof Rejection.SeatTaken lost)) {
                    throw refused;
                }
                if (proposal.isEmpty()) {
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

    private static List<TicketId> tickets(List<String> ids) {
        if (ids.isEmpty()) {
            throw Problem.invalid("ticketIds", "must name at least one ticket");
        }
        if (ids.size() > MOST_TICKETS) {
            throw new Rejected(new Rejection.TooManyTickets(ids.size(), MOST_TICKETS));
        }
        List<TicketId> tickets = new ArrayList<>(ids.size());
        for (String id : ids) {
            try {
                tickets.add(new TicketId(id));
            } catch (IllegalArgumentException | NullPointerException e) {
                throw new Rejected(new Rejection.TicketNotFound(List.of()));
            }
        }
        if (new HashSet<>(tickets).size() < tickets.size()) {
            throw Problem.invalid("ticketIds", "must not name a ticket twice");
        }
        return tickets;
    }

    private String name(UserId buyer, @Nullable String key) {
        byte[] bytes = new byte[NAME_BYTES];
        if (key == null) {
            random.nextBytes(bytes);
        } else {
            bytes = Arrays.copyOf(sha256(buyer.value() + '\n' + key), NAME_BYTES);
        }
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
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
