/** The edge: what every feature's controllers share. */
@NullMarked
package ticketing.api;

import org.jspecify.annotations.NullMarked;
