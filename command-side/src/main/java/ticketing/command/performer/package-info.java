/** Performers' entries. */
@NullMarked
package ticketing.command.performer;

import org.jspecify.annotations.NullMarked;
