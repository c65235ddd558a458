/** The edge and the runnable application: it assembles the other modules and speaks HTTP. */
@NullMarked
package ticketing.api;

import org.jspecify.annotations.NullMarked;
