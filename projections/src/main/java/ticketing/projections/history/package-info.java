/** What happened to each show and when, for those who look back. */
@NullMarked
package ticketing.projections.history;

import org.jspecify.annotations.NullMarked;
