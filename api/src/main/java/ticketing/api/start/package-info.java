/** How the program starts, says that it is ready, and refuses to start. */
@NullMarked
package ticketing.api.start;

import org.jspecify.annotations.NullMarked;
