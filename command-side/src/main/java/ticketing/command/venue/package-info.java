/** Venues decide about their details and seat maps. */
@NullMarked
package ticketing.command.venue;

import org.jspecify.annotations.NullMarked;
