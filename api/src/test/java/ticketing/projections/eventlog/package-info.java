/** The log of events beside the tables of the store, which only the module that assembles both has. */
@NullMarked
package ticketing.projections.eventlog;

import org.jspecify.annotations.NullMarked;
