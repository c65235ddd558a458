/** Assembles the deciding side: which aggregates there are, how commands reach them and what they are stored in. */
@NullMarked
package ticketing.command;

import org.jspecify.annotations.NullMarked;
