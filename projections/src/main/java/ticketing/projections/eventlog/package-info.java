/** Where an Axon Server keeps the events: the same events as rows, to be asked like everything else. */
@NullMarked
package ticketing.projections.eventlog;

import org.jspecify.annotations.NullMarked;
