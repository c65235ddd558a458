/** Venues over HTTP. */
@NullMarked
package ticketing.api.venue;

import org.jspecify.annotations.NullMarked;
