package ticketing.auditor;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rows of {@code view.section} against what was published, and their counts against the rows of the seats, which are judged by themselves. */
final class SectionRows implements ViewPage {

    /** Counting a show's seats is the larger work. */
    private static final int SHOWS = 10;

    private static final String OF_SHOW = """
            SELECT x.ordinal, x.section, x.first_seat, x.seats, x.amount, x.currency, x.held, x.sold, x.available, c.held, c.sold
            FROM view.section x
            LEFT JOIN LATERAL (
                SELECT count(*) FILTER (WHERE status = 1) AS held, count(*) FILTER (WHERE status = 2) AS sold
                FROM view.seat s
                WHERE s.show_id = x.show_id AND s.seat >= x.first_seat AND s.seat < x.first_seat + x.seats) c ON true
            WHERE x.show_id = ? ORDER BY x.ordinal
            """;

    private static final String SHOWS_AFTER =
            "SELECT DISTINCT show_id FROM view.section WHERE show_id > ? ORDER BY show_id LIMIT ?";

    private final Ledger ledger;
    private String show = "";
    private String lastShow = "";
    private String extra = "";
    private String lastExtra = "";
    private boolean inLedger = true;

    SectionRows(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public boolean compare(Connection connection, Findings findings) throws SQLException {
        long upTo = Progress.of(connection, Progress.SEAT_VIEW);
        if (upTo == 0) {
            return true;
        }
        if (!inLedger) {
            return compareExtra(connection, upTo, findings);
        }
        int compared = 0;
        for (Map.Entry<String, ShowBooks> one :
                new TreeMap<>(ledger.shows()).tailMap(show, false).entrySet()) {
            if (compared == SHOWS) {
                break;
            }
            compared++;
            lastShow = one.getKey();
            if (one.getValue().publishedAt > 0 && one.getValue().publishedAt <= upTo) {
                compareShow(connection, one.getKey(), one.getValue().sections, upTo, findings);
            }
        }
        return false;
    }

    private void compareShow(
            Connection connection, String show, List<ShowBooks.Section> published, long upTo, Findings findings)
            throws SQLException {
        Iterator<ShowBooks.Section> sections = published.iterator();
        int ordinal = 0;
        try (PreparedStatement statement = connection.prepareStatement(OF_SHOW)) {
            statement.setString(1, show);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String subject = "view.section " + show + " " + row.getInt(3);
                    if (!sections.hasNext()) {
                        findings.add(FaultKind.VIEW_ROW_EXTRA, subject, upTo, "no such section was published");
                        continue;
                    }
                    ShowBooks.Section section = sections.next();
                    int held = row.getInt(10);
                    int sold = row.getInt(11);
                    Sum price = section.price();
                    int available = price == null ? 0 : section.seats() - held - sold;
                    String expected = "%d %s %d+%d %s %d/%d/%d"
                            .formatted(
                                    ordinal++,
                                    section.name(),
                                    section.firstSeat(),
                                    section.seats(),
                                    price,
                                    available,
                                    held,
                                    sold);
                    BigDecimal amount = row.getBigDecimal(5);
                    String actual = "%d %s %d+%d %s %d/%d/%d"
                            .formatted(
                                    row.getInt(1),
                                    row.getString(2),
                                    row.getInt(3),
                                    row.getInt(4),
                                    amount == null ? null : new Sum(amount, row.getString(6)),
                                    row.getInt(9),
                                    row.getInt(7),
                                    row.getInt(8));
                    if (!expected.equals(actual)) {
                        findings.add(FaultKind.VIEW_ROW_WRONG, subject, upTo, actual + " instead of " + expected);
                    }
                }
            }
        }
        sections.forEachRemaining(section -> findings.add(
                FaultKind.VIEW_ROW_MISSING,
                "view.section " + show + " " + section.firstSeat(),
                upTo,
                "section " + section.name() + " was published"));
    }

    private boolean compareExtra(Connection connection, long upTo, Findings findings) throws SQLException {
        int rows = 0;
        try (PreparedStatement statement = connection.prepareStatement(SHOWS_AFTER)) {
            statement.setString(1, extra);
            statement.setInt(2, ROWS);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows++;
                    String found = row.getString(1);
                    lastExtra = found;
                    ShowBooks books = ledger.shows().get(found);
                    // Published after the books were kept: the next round knows it.
                    if ((books == null || books.publishedAt == 0) && upTo <= ledger.position()) {
                        findings.add(
                                FaultKind.VIEW_ROW_EXTRA, "view.section " + found, upTo, "no such show is on sale");
                    }
                }
            }
        }
        return rows < ROWS;
    }

    @Override
    public void advance() {
        if (inLedger && lastShow.equals(show)) {
            inLedger = false;
        }
        show = lastShow;
        extra = lastExtra;
    }
}
