/** The read models as operators see them: how far they are, and building them anew. */
@NullMarked
package ticketing.api.projection;

import org.jspecify.annotations.NullMarked;
