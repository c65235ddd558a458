/** Performers. */
@NullMarked
package ticketing.messages.performer;

import org.jspecify.annotations.NullMarked;
