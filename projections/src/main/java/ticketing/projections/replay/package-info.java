/** Building a read model anew from the events, beside the present one, which answers until the new one takes its place. */
@NullMarked
package ticketing.projections.replay;

import org.jspecify.annotations.NullMarked;
