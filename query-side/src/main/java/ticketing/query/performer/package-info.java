/** Performers. */
@NullMarked
package ticketing.query.performer;

import org.jspecify.annotations.NullMarked;
