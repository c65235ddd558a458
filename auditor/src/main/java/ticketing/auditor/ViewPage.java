package ticketing.auditor;

import java.sql.Connection;
import java.sql.SQLException;

/** A part of a read model that is compared with the events in pages, so that no comparison takes long. */
interface ViewPage {

    /** How many rows are compared with one statement. */
    int ROWS = 500;

    /**
     * Compares the next page, within one snapshot of the database.
     *
     * @return whether this was the last page
     */
    boolean compare(Connection connection, Findings findings) throws SQLException;

    /** Goes on behind the page that was compared last; without it the same page is compared again. */
    void advance();
}
