/**
 * Reads the event store and the read models as a stranger would, by SQL and JSON, and looks for what must never be. No class is shared with those who
 * write them: who checks an account must not have kept it.
 */
@NullMarked
package ticketing.auditor;

import org.jspecify.annotations.NullMarked;
