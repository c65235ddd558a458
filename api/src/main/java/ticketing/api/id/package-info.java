/** New identifiers, made at the edge so that a repeated command names the same thing. */
@NullMarked
package ticketing.api.id;

import org.jspecify.annotations.NullMarked;
