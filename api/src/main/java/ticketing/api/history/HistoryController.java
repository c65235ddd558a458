package ticketing.api.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.Visibility;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.Caller;
import ticketing.api.security.Role;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.show.ShowId;
import ticketing.messages.ticket.TicketId;
import ticketing.projections.history.Entry;
import ticketing.projections.history.History;
import ticketing.projections.history.Ledger;
import ticketing.projections.history.Ledger.Line;
import ticketing.projections.history.Sales;
import ticketing.projections.history.Sales.Bucket;
import ticketing.projections.history.ShowHistory;

/** What happened to an event: line by line with causes, counted, and in short for whoever plays it back. Which roles may ask is decided by the paths' rules. */
@RestController
@RequestMapping("/v1/events/{id}")
class HistoryController {

    private static final int LINES = 200;
    private static final int CHANGES = 50_000;

    /** @param nextCursor absent if there is nothing more yet */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record HistoryPage(List<Line> events, @Nullable String nextCursor) {}

    /** @param buckets those in which anything happened */
    record SalesOverTime(String bucket, List<Bucket> buckets) {}

    /**
     * What happened to seats, in columns: the same place in each list is about the same change.
     *
     * @param from when the first of these changes happened
     * @param positions of their events, each as the distance from the one before, the first from 0
     * @param millis likewise, the first from {@code from}; negative where an event was published before the one that is stored before it
     * @param seats indices in the layout, -1 for what happens to the event as a whole
     * @param kinds 2 published, 3 cancelled, 10 held, 11 the hold's end moved, 12 sold, 13 given back, 14 hold ended, 15 refunded
     * @param nextCursor absent if there is nothing more yet
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @SuppressWarnings("ArrayRecordComponent")
    record Timeline(
            @Nullable Instant from,
            long[] positions,
            long[] millis,
            int[] seats,
            int[] kinds,
            @Nullable String nextCursor) {}

    private final Ledger ledger;
    private final Sales sales;
    private final ShowHistory history;
    private final Visibility visibility;

    HistoryController(Ledger ledger, Sales sales, JdbcTemplate jdbc, Visibility visibility) {
        this.ledger = ledger;
        this.sales = sales;
        this.history = new ShowHistory(jdbc);
        this.visibility = visibility;
    }

    @GetMapping("/history")
    ResponseEntity<HistoryPage> history(
            @PathVariable ShowId id,
            @RequestParam(required = false) @Nullable TicketId ticketId,
            @RequestParam(required = false) @Nullable String cursor) {
        requireHistory(id, null);
        long after = position(cursor);
        if (ticketId != null && !ticketId.showId().equals(id)) {
            throw new Rejected(new Rejection.TicketNotFound(List.of(ticketId)));
        }
        List<Line> lines = ticketId == null ? ledger.of(id, after, LINES) : ledger.of(ticketId, after, LINES);
        if (ticketId != null && lines.isEmpty() && !ledger.has(ticketId)) {
            throw new Rejected(new Rejection.TicketNotFound(List.of(ticketId)));
        }
        return fresh(new HistoryPage(
                lines,
                lines.size() < LINES ? null : Long.toString(lines.getLast().position())));
    }

    @GetMapping("/sales")
    ResponseEntity<SalesOverTime> sales(@PathVariable ShowId id, @RequestParam(defaultValue = "minute") String bucket) {
        Sales.Width width = switch (bucket) {
            case "second" -> Sales.Width.SECOND;
            case "minute" -> Sales.Width.MINUTE;
            case "hour" -> Sales.Width.HOUR;
            case "day" -> Sales.Width.DAY;
            default -> throw Problem.invalid("bucket", "must be one of second, minute, hour, day");
        };
        requireHistory(id, null);
        return fresh(new SalesOverTime(width.name().toLowerCase(Locale.ROOT), sales.of(id, width)));
    }

    /** An organizer only sees shows of their own. */
    @GetMapping("/timeline")
    ResponseEntity<Timeline> timeline(
            @PathVariable ShowId id, @RequestParam(required = false) @Nullable String cursor, Caller caller) {
        requireHistory(id, caller.has(Role.ANALYST) || caller.isAdmin() ? null : caller);
        List<Entry> changes = history.after(id, position(cursor), CHANGES, HistoryController::changesTheMap);
        int n = changes.size();
        long[] positions = new long[n];
        long[] millis = new long[n];
        int[] seats = new int[n];
        int[] kinds = new int[n];
        long lastPosition = 0;
        long lastMillis = n == 0 ? 0 : changes.getFirst().at().toEpochMilli();
        for (int i = 0; i < n; i++) {
            Entry change = changes.get(i);
            long at = change.at().toEpochMilli();
            positions[i] = change.position() - lastPosition;
            millis[i] = at - lastMillis;
            seats[i] = change.seat();
            kinds[i] = change.what().code();
            lastPosition = change.position();
            lastMillis = at;
        }
        return fresh(new Timeline(
                n == 0 ? null : Instant.ofEpochMilli(changes.getFirst().at().toEpochMilli()),
                positions,
                millis,
                seats,
                kinds,
                n < CHANGES ? null : Long.toString(lastPosition)));
    }

    private static boolean changesTheMap(Entry entry) {
        return switch (entry.what()) {
            case SHOW_PUBLISHED, SHOW_CANCELLED -> true;
            default -> entry.what().isOfTicket();
        };
    }

    private void requireHistory(ShowId id, @Nullable Caller owner) {
        if (owner != null && !sales.isOf(owner.id(), id)) {
            throw new Rejected(new Rejection.ShowNotFound(id));
        }
        if (!visibility.awaitRead(History.GROUP)) {
            throw new Problem(ProblemCode.UNAVAILABLE, "The history is being written and has not come so far yet.")
                    .withHeader("Retry-After", "5");
        }
        if (history.last(id) == 0) {
            throw new Rejected(new Rejection.ShowNotFound(id));
        }
    }

    private static long position(@Nullable String cursor) {
        if (cursor == null) {
            return 0;
        }
        try {
            long position = Long.parseLong(cursor);
            if (position >= 0) {
                return position;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw Problem.invalid("cursor", "is not one that was given");
    }

    private static <T> ResponseEntity<T> fresh(T body) {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
    }
}
