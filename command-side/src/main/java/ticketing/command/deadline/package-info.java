/** Persistent deadlines that are written with the events that arm them. */
@NullMarked
package ticketing.command.deadline;

import org.jspecify.annotations.NullMarked;
