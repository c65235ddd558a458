/** Performers over HTTP. */
@NullMarked
package ticketing.api.performer;

import org.jspecify.annotations.NullMarked;
