package ticketing.auditor;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One examination of a whole store: first all events in their order, then every row of the read models. It goes in small steps, so that whoever has better
 * things to do can let it wait, and may go on with new events after it is complete.
 *
 * <p>It remembers counts for each section of each show, and nothing for seats or bookings. Not for several threads.
 */
public final class Audit {

    /** How many events are read with one statement. */
    private static final int EVENTS = 1_000;

    /**
     * What was examined and found.
     *
     * @param position up to which event
     * @param shows how many there are
     * @param ticketsSold now
     * @param captured money taken and not given back, by currency
     * @param faults each once; complete unless {@code more}
     * @param more whether there are more faults than are listed
     */
    public record Report(
            long position,
            int shows,
            long ticketsSold,
            Map<String, BigDecimal> captured,
            List<Fault> faults,
            boolean more) {

        /** Whether nothing was found that must not be. */
        public boolean isSound() {
            return faults.isEmpty();
        }
    }

    private final Findings findings = new Findings();
    private final Ledger ledger = new Ledger(findings);
    private final List<ViewPage> views = new ArrayList<>(List.of(
            new SeatRows(), new MissingRows(), new SectionRows(ledger), new BookingRows(), new CatalogueRows()));

    private boolean eventsRead;
    private boolean doubtful;
    private long head;

    /**
     * Examines a little more.
     *
     * @param connection in a transaction that reads one snapshot (repeatable read); nothing is written
     * @return whether the examination is complete; a further call then reads what has happened since
     * @throws SQLException if the database does not answer; the step can be repeated
     */
    public boolean step(Connection connection) throws SQLException {
        if (!eventsRead || views.isEmpty()) {
            eventsRead = readEvents(connection);
        } else {
            compareRows(connection);
        }
        return eventsRead && views.isEmpty();
    }

    private boolean readEvents(Connection connection) throws SQLException {
        head = head(connection);
        List<StoredEvent> page = EventPages.after(connection, ledger.position(), EVENTS, findings);
        for (StoredEvent event : page) {
            ledger.enter(event, connection);
        }
        if (page.size() < EVENTS) {
            ledger.atHead(head, Instant.now());
            return true;
        }
        return false;
    }

    private void compareRows(Connection connection) throws SQLException {
        ViewPage view = views.getFirst();
        Findings found = new Findings();
        boolean last = view.compare(connection, found);
        if (!found.isEmpty() && !doubtful) {
            // Whatever was emptied in this moment, which snapshots do not see, is whole again in the next.
            doubtful = true;
            return;
        }
        doubtful = false;
        findings.addAll(found);
        if (last) {
            views.removeFirst();
        } else {
            view.advance();
        }
    }

    private static long head(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT position FROM store.event_head");
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** How many events of the store, as it was at the last step, have not been read yet. */
    public long behind() {
        return Math.max(0, head - ledger.position());
    }

    /** The last event that has been read. */
    public long position() {
        return ledger.position();
    }

    /** What has been found up to now, each fault once. */
    public List<Fault> faults() {
        return findings.list();
    }

    /** All that has been seen up to now. */
    public Report report() {
        return new Report(
                ledger.position(),
                ledger.shows().size(),
                ledger.ticketsSold(),
                ledger.captured(),
                findings.list(),
                findings.isCut());
    }
}
