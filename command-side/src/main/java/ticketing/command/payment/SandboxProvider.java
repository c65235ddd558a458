package ticketing.command.payment;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.command.eventstore.PostgresEventStore;
import ticketing.command.payment.PaymentProvider.Authorization.Authorized;
import ticketing.command.payment.PaymentProvider.Authorization.Declined;
import ticketing.command.payment.PaymentProvider.Authorization.RequiresAction;
import ticketing.command.payment.PaymentProvider.Authorization.Unknown;
import ticketing.messages.Gathering;
import ticketing.messages.Money;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.PaymentId;

/**
 * A provider that moves no money and knows Stripe's test payment methods (https://docs.stripe.com/testing). It keeps its own books, so that it answers the
 * same after a restart, as a real provider would; what comes at once is entered with one commit, because a real provider's disk would not be ours.
 *
 * <p>For the same reason, an authorisation and a capture do not wait for the disk where the events are kept in the same database. Nothing depends on either before the event that
 * follows from it is durable, and with that commit everything is flushed that was logged before it. What a crash takes before that, nobody was told of: the payment is
 * authorised, or the money taken, once more.
 */
@Component
@ConditionalOnSandbox
final class SandboxProvider implements PaymentProvider {

    private enum Status {
        REQUIRES_ACTION,
        AUTHORIZED,
        CAPTURED,
        DECLINED,
        CANCELED,
        REFUNDED
    }

    private static final String AUTHENTICATION_REQUIRED = "pm_card_authenticationRequired";

    private static final Map<String, String> DECLINE_CODES = Map.of(
            "pm_card_chargeDeclined", "generic_decline",
            "pm_card_visa_chargeDeclined", "generic_decline",
            "pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds",
            "pm_card_chargeDeclinedExpiredCard", "expired_card");

    private static final Set<String> PAYING =
            Set.of("pm_card_visa", "pm_card_mastercard", "pm_card_amex", AUTHENTICATION_REQUIRED);

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final Gathering<Entry, Boolean> entries = new Gathering<>(this::enter);
    private final Gathering<Move, Boolean> moves = new Gathering<>(this::move);

    /** Leaves the database's own setting alone. */
    private static final String AS_IT_IS = "";

    private final String unlessFlushedByEvents;

    /** @param store there if the events are kept in this database; around an Axon Server there is a group commit too, for deadlines */
    @Autowired
    SandboxProvider(DataSource dataSource, ObjectProvider<PostgresEventStore> store) {
        this(dataSource, store.getIfAvailable() != null);
    }

    SandboxProvider(DataSource dataSource, boolean eventsBesideIt) {
        this.unlessFlushedByEvents = eventsBesideIt ? "off" : AS_IT_IS;
        this.batches = new JdbcTemplate(dataSource);
        this.jdbc = JdbcClient.create(batches);
    }

    @Override
    public boolean accepts(String paymentMethod) {
        return PAYING.contains(paymentMethod) || DECLINE_CODES.containsKey(paymentMethod);
    }

    @Override
    public String methods() {
        return Stream.concat(PAYING.stream(), DECLINE_CODES.keySet().stream())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    @Override
    public Authorization authorize(PaymentId paymentId, BookingId bookingId, Money amount, String paymentMethod) {
        Status status;
        if (DECLINE_CODES.containsKey(paymentMethod)) {
            status = Status.DECLINED;
        } else if (paymentMethod.equals(AUTHENTICATION_REQUIRED)) {
            status = Status.REQUIRES_ACTION;
        } else {
            status = Status.AUTHORIZED;
        }
        Boolean isNew = entries.ask(new Entry(paymentId, bookingId, amount, paymentMethod, status));
        return Boolean.TRUE.equals(isNew) ? answer(status, paymentMethod) : retrieve(paymentId);
    }

    private Map<Entry, Boolean> enter(List<Entry> group) {
        Map<PaymentId, Entry> first = new LinkedHashMap<>();
        group.forEach(entry -> first.putIfAbsent(entry.paymentId, entry));
        List<Entry> rows = List.copyOf(first.values());
        Map<Entry, Boolean> isNew = new HashMap<>();
        jdbc.sql("""
                INSERT INTO store.sandbox_payment (payment_id, booking_id, amount, currency, method, status)
                SELECT e.* FROM set_config('synchronous_commit', coalesce(nullif(?, ''), current_setting('synchronous_commit')), true),
                     unnest(?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[]) AS e
                ON CONFLICT (payment_id) DO NOTHING
                RETURNING payment_id
                """)
                .params(
                        unlessFlushedByEvents,
                        texts(rows, entry -> entry.paymentId.value()),
                        texts(rows, entry -> entry.bookingId.value()),
                        rows.stream().map(entry -> entry.amount.minorUnits()).toArray(Long[]::new),
                        texts(rows, entry -> entry.amount.currency()),
                        texts(rows, Entry::method),
                        texts(rows, entry -> entry.status.name()))
                .query(row -> {
                    isNew.put(Objects.requireNonNull(first.get(new PaymentId(row.getString(1)))), true);
                });
        return isNew;
    }

    private static String[] texts(List<Entry> rows, Function<Entry, String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    @Override
    public Authorization retrieve(PaymentId paymentId) {
        return jdbc.sql("SELECT status, method FROM store.sandbox_payment WHERE payment_id = ?")
                .param(paymentId.value())
                .query((row, i) -> answer(Status.valueOf(row.getString("status")), row.getString("method")))
                .optional()
                .orElseGet(Unknown::new);
    }

    private static Authorization answer(Status status, String method) {
        return switch (status) {
            case AUTHORIZED, CAPTURED -> new Authorized();
            case REQUIRES_ACTION -> new RequiresAction();
            case DECLINED -> new Declined(DECLINE_CODES.getOrDefault(method, "generic_decline"));
            case CANCELED -> new Declined("canceled");
            case REFUNDED -> new Declined("refunded");
        };
    }

    @Override
    public boolean capture(PaymentId paymentId) {
        return move(paymentId, Status.CAPTURED, Status.AUTHORIZED, Status.CAPTURED);
    }

    @Override
    public void cancel(PaymentId paymentId) {
        move(paymentId, Status.CANCELED, Status.AUTHORIZED, Status.REQUIRES_ACTION);
    }

    @Override
    public void refund(PaymentId paymentId) {
        // One statement: a capture at the same moment comes before it, and is given back, or after it, and finds
        // nothing to take.
        jdbc.sql("""
                        UPDATE store.sandbox_payment
                        SET status = CASE status WHEN 'CAPTURED' THEN 'REFUNDED' ELSE 'CANCELED' END, updated_at = now()
                        WHERE payment_id = ? AND status IN ('CAPTURED', 'AUTHORIZED', 'REQUIRES_ACTION')
                        """).param(paymentId.value()).update();
    }

    /** Plays the buyer who satisfies the bank. */
    void completeAction(PaymentId paymentId) {
        move(paymentId, Status.AUTHORIZED, Status.REQUIRES_ACTION);
    }

    /** The booking that is being paid for. */
    Optional<BookingId> bookingOf(PaymentId paymentId) {
        return jdbc.sql("SELECT booking_id FROM store.sandbox_payment WHERE payment_id = ?")
                .param(paymentId.value())
                .query(String.class)
                .optional()
                .map(BookingId::new);
    }

    private boolean move(PaymentId paymentId, Status to, Status... from) {
        return Boolean.TRUE.equals(moves.ask(new Move(paymentId, to, List.of(from))));
    }

    /** A statement each, sent together and committed together; in the order of the payments, so that no two groups wait for each other. */
    private Map<Move, Boolean> move(List<Move> group) {
        List<Move> ordered = group.stream()
                .sorted(Comparator.comparing(move -> move.paymentId.value()))
                .toList();
        boolean captures = ordered.stream().allMatch(move -> move.to == Status.CAPTURED);
        int[] moved = batches.batchUpdate(
                """
                UPDATE store.sandbox_payment SET status = ?, updated_at = now()
                FROM set_config('synchronous_commit', coalesce(nullif(?, ''), current_setting('synchronous_commit')), true)
                WHERE payment_id = ? AND status = ANY (?)
                """,
                ordered.stream()
                        .map(move -> new Object[] {
                            move.to.name(),
                            captures ? unlessFlushedByEvents : AS_IT_IS,
                            move.paymentId.value(),
                            move.from.stream().map(Enum::name).toArray(String[]::new)
                        })
                        .toList());
        Map<Move, Boolean> answers = new HashMap<>();
        for (int i = 0; i < moved.length; i++) {
            answers.put(ordered.get(i), moved[i] == 1);
        }
        return answers;
    }

    private record Entry(PaymentId paymentId, BookingId bookingId, Money amount, String method, Status status) {}

    private record Move(PaymentId paymentId, Status to, List<Status> from) {}
}
