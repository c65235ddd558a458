/** What organizers tell: venues, performers, shows, and the search over them. */
@NullMarked
package ticketing.projections.catalogue;

import org.jspecify.annotations.NullMarked;
