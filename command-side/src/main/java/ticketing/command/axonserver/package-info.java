/** The same command side around an Axon Server, which then keeps the events and routes the commands. */
@NullMarked
package ticketing.command.axonserver;

import org.jspecify.annotations.NullMarked;
