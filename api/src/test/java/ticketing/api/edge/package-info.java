/** The edge over real HTTP on a real PostgreSQL, without anything behind it. */
@NullMarked
package ticketing.api.edge;

import org.jspecify.annotations.NullMarked;
