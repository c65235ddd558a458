/** Venues and their versioned seat maps. */
@NullMarked
package ticketing.messages.venue;

import org.jspecify.annotations.NullMarked;
