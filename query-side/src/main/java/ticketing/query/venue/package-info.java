/** Venues. */
@NullMarked
package ticketing.query.venue;

import org.jspecify.annotations.NullMarked;
