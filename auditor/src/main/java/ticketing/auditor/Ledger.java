package ticketing.auditor;

import static ticketing.auditor.EventTypes.CAPTURED;
import static ticketing.auditor.EventTypes.CONFIRMED;
import static ticketing.auditor.EventTypes.DECLINED;
import static ticketing.auditor.EventTypes.EXPIRED;
import static ticketing.auditor.EventTypes.HELD;
import static ticketing.auditor.EventTypes.PAYMENT_STARTED;
import static ticketing.auditor.EventTypes.REFUNDED;
import static ticketing.auditor.EventTypes.REFUND_STARTED;
import static ticketing.auditor.EventTypes.RELEASED;
import static ticketing.auditor.EventTypes.RESERVED;
import static ticketing.auditor.EventTypes.SHOW_PUBLISHED;
import static ticketing.auditor.EventTypes.TAKEN;
import static ticketing.auditor.EventTypes.TICKET_CONFIRMED;
import static ticketing.auditor.EventTypes.TICKET_EXPIRED;
import static ticketing.auditor.EventTypes.TICKET_REFUNDED;
import static ticketing.auditor.EventTypes.TICKET_RELEASED;
import static ticketing.auditor.EventTypes.TICKET_RESERVED;
import static ticketing.auditor.EventTypes.TICKET_RETIMED;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the books over all events in the order of their positions. Every event is judged against the one before it in its aggregate, so that by induction each
 * aggregate's whole life is judged; what tickets say is held against what their bookings say, which the same unit of work has written right behind them.
 */
final class Ledger {

    /** A unit of work's events lie side by side; a booking that comes this much later does not come. */
    private static final int LONGEST_UNIT_OF_WORK = 20_000;

    /** How long the money for sold tickets may take; the program looks after it well within this. */
    private static final Duration CAPTURED_WITHIN = Duration.ofMinutes(15);

    /** So many sales whose money is not taken are watched. */
    private static final int MOST_OWED = 100_000;

    /** What a ticket said and its booking has not said yet. */
    private static final class Said {
        final Set<String> types = new LinkedHashSet<>();
        final String booking;
        long position;
        /** When the hold ended that this event ended. */
        @Nullable
        Instant heldUntil;
        /** When somebody else's lapsed hold of this seat had ended. */
        @Nullable
        Instant freeSince;

        @Nullable
        Instant expiresAt;

        @Nullable
        Sum price;

        Said(String booking) {
            this.booking = booking;
        }
    }

    /** A sale whose money is not taken yet. */
    private record Owed(Instant since, long position, BigDecimal amount) {}

    private final Findings findings;
    private final Map<String, ShowBooks> shows = new HashMap<>();
    private final Map<String, Said> said = new LinkedHashMap<>();
    private final Map<String, Owed> owed = new LinkedHashMap<>();
    private long position;

    Ledger(Findings findings) {
        this.findings = findings;
    }

    /** How far the books are kept. */
    long position() {
        return position;
    }

    /** By identifier. */
    Map<String, ShowBooks> shows() {
        return Collections.unmodifiableMap(shows);
    }

    /** How many tickets are sold. */
    long ticketsSold() {
        return shows.values().stream().mapToLong(show -> show.ticketsSold).sum();
    }

    /** What has been taken and not given back, by currency. */
    Map<String, BigDecimal> captured() {
        Map<String, BigDecimal> sums = new TreeMap<>();
        for (ShowBooks show : shows.values()) {
            for (ShowBooks.Section section : show.sections) {
                if (section.price() != null) {
                    sums.merge(section.price().currency(), show.captured, BigDecimal::add);
                    break;
                }
            }
        }
        return sums;
    }

    /** Enters an event; the connection is asked only where a hold ended without one of its tickets saying so. */
    void enter(StoredEvent event, Connection connection) throws SQLException {
        if (event.position() != position + 1) {
            fault(
                    FaultKind.POSITION_GAP,
                    "position " + (position + 1),
                    event,
                    "after " + position + " comes " + event.position());
        }
        position = event.position();
        if (event.type().isEmpty()) {
            return;
        }
        checkSequence(event);
        try {
            if (event.revision() != null && !EventTypes.REVISION.equals(event.revision())) {
                throw new Payload.Unreadable("revision " + event.revision());
            }
            if (event.type().startsWith("ticket.")) {
                ticket(event);
            } else if (EventTypes.MAY_FOLLOW.containsKey(event.type())) {
                other(event, connection);
            } else {
                throw new Payload.Unreadable("nobody knows this name");
            }
        } catch (Payload.Unreadable e) {
            fault(FaultKind.UNKNOWN_EVENT, event.aggregate(), event, event.type() + ": " + e.getMessage());
        }
        forgetStale();
    }

    /** To be called when everything up to the head has been entered: then no unit of work is unfinished. */
    void atHead(long head, Instant now) {
        if (head != position) {
            findings.add(
                    FaultKind.POSITION_GAP,
                    "head",
                    position,
                    "the head says " + head + ", the last event is at " + position);
        }
        said.forEach(this::unsaid);
        said.clear();
        owed.forEach((booking, sale) -> {
            if (sale.since.plus(CAPTURED_WITHIN).isBefore(now)) {
                findings.add(FaultKind.MONEY_NOT_TAKEN, booking, sale.position, "sold " + sale.since);
            }
        });
    }

    private void checkSequence(StoredEvent event) {
        StoredEvent.Earlier before = event.before();
        if (event.sequence() > 0 && (before == null || before.position() >= event.position())) {
            fault(
                    FaultKind.SEQUENCE_GAP,
                    event.aggregate(),
                    event,
                    before == null
                            ? "number " + event.sequence() + " without " + (event.sequence() - 1)
                            : "number " + event.sequence() + " comes before " + (event.sequence() - 1));
        }
    }

    // Tickets

    private void ticket(StoredEvent event) {
        Payload payload = event.payload();
        String ticket = payload.text("ticketId");
        String booking = payload.text("bookingId");
        String showId = StoredEvent.showOf(ticket);
        ShowBooks show = shows.computeIfAbsent(showId, _ -> new ShowBooks());
        int section = ticket.equals(event.aggregate()) ? show.sectionOf(StoredEvent.seatOf(ticket)) : -1;
        if (section < 0) {
            fault(FaultKind.NO_SUCH_SEAT, event.aggregate(), event, "of booking " + booking);
            return;
        }
        String before = event.typeBefore();
        String had = TAKEN.contains(before) ? event.payloadBefore().text("bookingId") : "";
        boolean sound = follows(event, booking, had);
        Said now = say(event, ticket, booking);
        switch (event.type()) {
            case TICKET_RESERVED -> {
                Sum price = payload.money("price");
                if (!price.equals(show.sections.get(section).price())) {
                    fault(FaultKind.WRONG_AMOUNT, ticket, event, price + " is not the section's price");
                }
                now.price = price;
                now.expiresAt = payload.instant("expiresAt");
                show.held[section] += sound ? 1 : 0;
            }
            case TICKET_RETIMED -> now.expiresAt = payload.instant("expiresAt");
            case TICKET_CONFIRMED -> {
                now.price = payload.money("price");
                if (!now.price.equals(show.sections.get(section).price())) {
                    fault(FaultKind.WRONG_AMOUNT, ticket, event, now.price + " is not the section's price");
                }
                show.held[section] -= sound ? 1 : 0;
                show.sold[section]++;
                show.ticketsSold++;
                show.soldByTickets = show.soldByTickets.add(now.price.amount());
            }
            case TICKET_RELEASED, TICKET_EXPIRED -> show.held[section] -= sound ? 1 : 0;
            case TICKET_REFUNDED -> {
                now.price = payload.money("price");
                show.sold[section]--;
                show.ticketsSold--;
                show.soldByTickets = show.soldByTickets.subtract(now.price.amount());
            }
            default -> throw new Payload.Unreadable("nobody knows this name");
        }
        if (!show.isConserved(section)) {
            fault(
                    FaultKind.OVERSOLD,
                    showId + " " + show.sections.get(section).name(),
                    event,
                    show.held[section] + " held and " + show.sold[section] + " sold of "
                            + show.sections.get(section).seats());
        }
    }

    /** Whether a ticket's event can follow the one before it; says so if not. */
    private boolean follows(StoredEvent event, String booking, String had) {
        String before = event.typeBefore();
        boolean held = HELD.contains(before);
        boolean sold = TICKET_CONFIRMED.equals(before);
        String detail = "for booking " + booking
                + (had.isEmpty() ? ", nobody had it" : (sold ? ", sold to " : ", held for ") + had);
        FaultKind wrong = switch (event.type()) {
            case TICKET_RESERVED -> held || sold ? FaultKind.HELD_BY_TWO : null;
            case TICKET_RETIMED ->
                held && had.equals(booking) ? null : held || sold ? FaultKind.HELD_BY_TWO : FaultKind.OUT_OF_ORDER;
            case TICKET_CONFIRMED ->
                sold ? FaultKind.SOLD_TWICE : held && had.equals(booking) ? null : FaultKind.SOLD_WITHOUT_HOLD;
            case TICKET_RELEASED, TICKET_EXPIRED -> held && had.equals(booking) ? null : FaultKind.OUT_OF_ORDER;
            case TICKET_REFUNDED -> sold && had.equals(booking) ? null : FaultKind.REFUND_WITHOUT_SALE;
            default -> throw new Payload.Unreadable("nobody knows this name");
        };
        if (wrong != null) {
            fault(wrong, event.aggregate(), event, detail);
        }
        return wrong == null;
    }

    private Said say(StoredEvent event, String ticket, String booking) {
        Instant heldUntil =
                HELD.contains(event.typeBefore()) ? event.payloadBefore().instant("expiresAt") : null;
        Said earlier = said.get(ticket);
        Said now;
        if (earlier != null && earlier.booking.equals(booking)) {
            now = earlier;
        } else {
            now = new Said(booking);
            if (earlier != null) {
                if (earlier.types.contains(TICKET_EXPIRED) && event.type().equals(TICKET_RESERVED)) {
                    // A lapsed hold that its alarm had not ended yet made room for this one.
                    now.freeSince = earlier.heldUntil;
                } else {
                    unsaid(ticket, earlier);
                }
            }
            // At the end, so that the oldest are always the first.
            said.remove(ticket);
            said.put(ticket, now);
        }
        now.types.add(event.type());
        now.position = event.position();
        now.heldUntil = heldUntil;
        return now;
    }

    private void forgetStale() {
        Iterator<Map.Entry<String, Said>> oldest = said.entrySet().iterator();
        if (oldest.hasNext()) {
            Map.Entry<String, Said> first = oldest.next();
            if (first.getValue().position < position - LONGEST_UNIT_OF_WORK) {
                oldest.remove();
                unsaid(first.getKey(), first.getValue());
            }
        }
    }

    /** A ticket changed and its booking never said so. */
    private void unsaid(String ticket, Said said) {
        FaultKind kind = said.types.contains(TICKET_CONFIRMED)
                ? FaultKind.SOLD_WITHOUT_PAYMENT
                : said.types.contains(TICKET_REFUNDED) ? FaultKind.REFUND_WITHOUT_SALE : FaultKind.BOOKING_DIFFERS;
        findings.add(kind, ticket, said.position, said.types + " and nothing of it in booking " + said.booking);
    }

    // Bookings, shows and the rest

    private void other(StoredEvent event, Connection connection) throws SQLException {
        boolean inOrder =
                Objects.requireNonNull(EventTypes.MAY_FOLLOW.get(event.type())).contains(event.typeBefore());
        if (!inOrder) {
            FaultKind kind = switch (event.type()) {
                case CONFIRMED -> FaultKind.SOLD_WITHOUT_PAYMENT;
                case CAPTURED -> FaultKind.CAPTURED_TWICE;
                case REFUND_STARTED, REFUNDED -> FaultKind.REFUND_WITHOUT_SALE;
                default -> FaultKind.OUT_OF_ORDER;
            };
            fault(kind, event.aggregate(), event, event.type() + " after " + nothing(event.typeBefore()));
        }
        if (event.type().equals(SHOW_PUBLISHED)) {
            publish(event);
        } else if (event.type().startsWith("booking.")) {
            booking(event, inOrder, connection);
        }
    }

    private static String nothing(String type) {
        return type.isEmpty() ? "nothing" : type;
    }

    private void publish(StoredEvent event) {
        List<ShowBooks.Section> sections = new ArrayList<>();
        int next = 0;
        for (Payload section : event.payload().list("sections")) {
            ShowBooks.Section published = new ShowBooks.Section(
                    section.text("name"),
                    section.number("firstSeat"),
                    section.number("seats"),
                    section.moneyIfAny("price").orElse(null));
            if (published.firstSeat() != next || published.seats() < 0) {
                fault(FaultKind.NO_SUCH_SEAT, event.aggregate(), event, "section " + published.name() + " overlaps");
            }
            next = published.firstSeat() + published.seats();
            sections.add(published);
        }
        shows.computeIfAbsent(event.aggregate(), _ -> new ShowBooks()).publish(event.position(), sections);
    }

    private void booking(StoredEvent event, boolean inOrder, Connection connection) throws SQLException {
        String booking = event.aggregate();
        Payload payload = event.payload();
        if (!payload.text("bookingId").equals(booking)) {
            throw new Payload.Unreadable("it names booking " + payload.text("bookingId"));
        }
        Payload made = event.type().equals(RESERVED)
                ? payload
                : RESERVED.equals(event.typeBefore()) ? event.payloadBefore() : event.first();
        if (made == null) {
            // Without its beginning nothing can be said; the gap has been told.
            return;
        }
        Map<String, Sum> quoted = quoted(made);
        Sum total = made.money("total");
        checkPaymentId(event, inOrder);
        checkTickets(event, quoted, connection);
        ShowBooks show = shows.computeIfAbsent(StoredEvent.showOf(booking), _ -> new ShowBooks());
        switch (event.type()) {
            case RESERVED -> {
                Sum sum = quoted.values().stream()
                        .reduce((a, b) -> new Sum(a.amount().add(b.amount()), a.currency()))
                        .orElseThrow(() -> new Payload.Unreadable("it has no tickets"));
                amount(event, sum, total);
            }
            case PAYMENT_STARTED -> amount(event, total, payload.money("amount"));
            case CONFIRMED -> {
                show.ticketsBooked += quoted.size();
                show.owed = show.owed.add(total.amount());
                if (owed.size() < MOST_OWED) {
                    owed.put(booking, new Owed(payload.instant("confirmedAt"), event.position(), total.amount()));
                }
            }
            case CAPTURED -> {
                amount(event, total, payload.money("amount"));
                show.captured = show.captured.add(payload.money("amount").amount());
                if (inOrder) {
                    show.owed = show.owed.subtract(total.amount());
                    owed.remove(booking);
                }
            }
            case REFUND_STARTED -> {
                amount(event, total, payload.money("amount"));
                show.returning = show.returning.add(payload.money("amount").amount());
                if (event.typeBefore().equals(CAPTURED)) {
                    show.captured = show.captured.subtract(total.amount());
                } else if (inOrder) {
                    show.owed = show.owed.subtract(total.amount());
                    owed.remove(booking);
                }
            }
            case REFUNDED -> {
                amount(event, total, payload.money("amount"));
                show.ticketsBooked -= quoted.size();
                show.returning = show.returning.subtract(payload.money("amount").amount());
            }
            default -> {
                // No money and no seat changed hands.
            }
        }
        if (!show.moneyAddsUp()) {
            fault(
                    FaultKind.MONEY_DIFFERS,
                    StoredEvent.showOf(booking),
                    event,
                    "tickets for " + show.soldByTickets.toPlainString() + " are sold; " + show.captured.toPlainString()
                            + " is taken, " + show.owed.toPlainString() + " to be taken, "
                            + show.returning.toPlainString() + " on its way back");
        }
        if (show.ticketsSold != show.ticketsBooked) {
            fault(
                    FaultKind.BOOKING_DIFFERS,
                    StoredEvent.showOf(booking),
                    event,
                    show.ticketsSold + " tickets say that they are sold, " + show.ticketsBooked
                            + " are in confirmed bookings");
        }
    }

    private static Map<String, Sum> quoted(Payload made) {
        Map<String, Sum> quoted = new LinkedHashMap<>();
        for (Payload ticket : made.list("tickets")) {
            quoted.put(ticket.text("ticketId"), ticket.money("price"));
        }
        return quoted;
    }

    private void amount(StoredEvent event, Sum expected, Sum actual) {
        if (!expected.equals(actual)) {
            fault(FaultKind.WRONG_AMOUNT, event.aggregate(), event, actual + " instead of " + expected);
        }
    }

    /** What ends or settles a payment names the one that was open. */
    private void checkPaymentId(StoredEvent event, boolean inOrder) {
        String open = inOrder && event.before() != null ? event.payloadBefore().textOrNull("paymentId") : null;
        String named = event.payload().textOrNull("paymentId");
        if (open != null && named != null && !event.type().equals(PAYMENT_STARTED) && !open.equals(named)) {
            fault(
                    event.type().equals(CONFIRMED) ? FaultKind.SOLD_WITHOUT_PAYMENT : FaultKind.OUT_OF_ORDER,
                    event.aggregate(),
                    event,
                    event.type() + " for payment " + named + ", but " + open + " was open");
        }
    }

    /** Holds a booking's event against what its tickets have said right before it. */
    private void checkTickets(StoredEvent event, Map<String, Sum> quoted, Connection connection) throws SQLException {
        String booking = event.aggregate();
        Map<String, Said> spoken = new LinkedHashMap<>();
        boolean declined = event.type().equals(DECLINED);
        for (Map.Entry<String, Said> one : said.entrySet()) {
            if (one.getValue().booking.equals(booking)) {
                spoken.put(one.getKey(), one.getValue());
            }
        }
        for (Map.Entry<String, Said> one : spoken.entrySet()) {
            // A decline that ends the hold is followed by the booking's own end.
            if (!declined || !one.getValue().types.contains(TICKET_EXPIRED)) {
                said.remove(one.getKey());
            }
        }
        switch (event.type()) {
            case RESERVED -> checkReserved(event, quoted, spoken);
            case CONFIRMED -> checkAll(event, quoted, spoken, TICKET_CONFIRMED);
            case REFUNDED -> checkAll(event, quoted, spoken, TICKET_REFUNDED);
            case RELEASED -> checkEnded(event, quoted, spoken, TICKET_RELEASED, connection);
            case EXPIRED -> checkEnded(event, quoted, spoken, TICKET_EXPIRED, connection);
            case PAYMENT_STARTED, DECLINED -> {
                Set<String> moved = new LinkedHashSet<>(spoken.keySet());
                moved.removeIf(ticket ->
                        !Objects.requireNonNull(spoken.get(ticket)).types.contains(TICKET_RETIMED));
                if (!moved.isEmpty() && !moved.equals(quoted.keySet())) {
                    differs(event, "its hold was moved for " + moved + " alone");
                }
            }
            default -> {
                if (!spoken.isEmpty()) {
                    differs(event, event.type() + " changes no ticket, but " + spoken.keySet() + " changed");
                }
            }
        }
    }

    private void checkReserved(StoredEvent event, Map<String, Sum> quoted, Map<String, Said> spoken) {
        checkAll(event, quoted, spoken, TICKET_RESERVED);
        Instant expiresAt = event.payload().instant("expiresAt");
        Instant reservedAt = event.payload().instant("reservedAt");
        spoken.forEach((ticket, said) -> {
            if (said.freeSince != null && said.freeSince.isAfter(reservedAt)) {
                fault(
                        FaultKind.HELD_BY_TWO,
                        ticket,
                        event,
                        "reserved " + reservedAt + ", held until " + said.freeSince);
            }
            if (said.expiresAt != null && !said.expiresAt.equals(expiresAt)) {
                differs(event, "its ticket " + ticket + " is held until " + said.expiresAt + ", not " + expiresAt);
            }
        });
    }

    private void checkAll(StoredEvent event, Map<String, Sum> quoted, Map<String, Said> spoken, String type) {
        quoted.forEach((ticket, price) -> {
            Said said = spoken.get(ticket);
            if (said == null || !said.types.contains(type)) {
                differs(event, "its ticket " + ticket + " does not say so");
            } else if (said.price != null && !said.price.equals(price)) {
                fault(FaultKind.WRONG_AMOUNT, ticket, event, said.price + " instead of the quoted " + price);
            }
        });
        if (!quoted.keySet().containsAll(spoken.keySet())) {
            differs(event, "it does not have all of " + spoken.keySet());
        }
        if (type.equals(TICKET_CONFIRMED)) {
            Instant confirmedAt = event.payload().instant("confirmedAt");
            spoken.forEach((ticket, said) -> {
                if (said.heldUntil != null && !confirmedAt.isBefore(said.heldUntil)) {
                    fault(
                            FaultKind.SOLD_WITHOUT_HOLD,
                            ticket,
                            event,
                            "sold " + confirmedAt + ", held until " + said.heldUntil);
                }
            });
        }
    }

    private void checkEnded(
            StoredEvent event, Map<String, Sum> quoted, Map<String, Said> spoken, String type, Connection connection)
            throws SQLException {
        for (String ticket : quoted.keySet()) {
            Said said = spoken.get(ticket);
            if (said == null || !said.types.contains(type)) {
                // It may have been taken by somebody else after the hold had lapsed.
                if (EventPages.isOf(connection, ticket, event.aggregate(), event.position())) {
                    differs(event, "it is over, but its ticket " + ticket + " is still its own");
                }
            } else if (type.equals(TICKET_EXPIRED)
                    && said.heldUntil != null
                    && event.payload().instant("expiredAt").isBefore(said.heldUntil)) {
                fault(FaultKind.HOLD_CUT_SHORT, ticket, event, "held until " + said.heldUntil);
            }
        }
        if (!quoted.keySet().containsAll(spoken.keySet())) {
            differs(event, "it does not have all of " + spoken.keySet());
        }
    }

    private void differs(StoredEvent event, String detail) {
        fault(FaultKind.BOOKING_DIFFERS, event.aggregate(), event, event.type() + ": " + detail);
    }

    private void fault(FaultKind kind, String subject, StoredEvent event, String detail) {
        findings.add(kind, subject, event.position(), detail);
    }
}
