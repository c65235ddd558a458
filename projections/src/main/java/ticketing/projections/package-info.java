/** What all read models share: how far each of them has come. */
@NullMarked
package ticketing.projections;

import org.jspecify.annotations.NullMarked;
