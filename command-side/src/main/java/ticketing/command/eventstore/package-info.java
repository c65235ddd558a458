/** The event store on PostgreSQL: group commit, gapless positions in commit order, readers woken at once. */
@NullMarked
package ticketing.command.eventstore;

import org.jspecify.annotations.NullMarked;
