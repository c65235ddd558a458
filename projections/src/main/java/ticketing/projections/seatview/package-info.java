/** Which seats are taken, and how many of each section. */
@NullMarked
package ticketing.projections.seatview;

import org.jspecify.annotations.NullMarked;
