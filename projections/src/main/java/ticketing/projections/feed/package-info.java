/** What happens, for other systems: in order, from any position, and without anything about people. */
@NullMarked
package ticketing.projections.feed;

import org.jspecify.annotations.NullMarked;
