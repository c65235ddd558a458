package ticketing.command.axonserver;

/**
 * What the sender of a command has to know of a failure on the node that handled it: of an exception, only message and details cross the network.
 *
 * @param nothingHappened whether the command has surely changed nothing; if not, it may have been carried out
 */
record Fault(boolean nothingHappened) {}
