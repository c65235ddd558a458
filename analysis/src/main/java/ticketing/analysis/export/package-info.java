/** The event store as files that analysts can read, with columns from a fixed list and nobody's name in them. */
@NullMarked
package ticketing.analysis.export;

import org.jspecify.annotations.NullMarked;
