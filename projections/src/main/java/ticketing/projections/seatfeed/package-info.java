/**
 * The live seat map: every node follows the event store from its head, keeps the seat boards that are being watched in memory and hands their changes
 * to subscribers as frames.
 */
@NullMarked
package ticketing.projections.seatfeed;

import org.jspecify.annotations.NullMarked;
