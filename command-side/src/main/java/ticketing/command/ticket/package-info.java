/** A ticket decides who holds it and who has it: the single writer of a seat. */
@NullMarked
package ticketing.command.ticket;

import org.jspecify.annotations.NullMarked;
