/** Which parts of the program a process is: all of them, unless it is told otherwise. */
@NullMarked
package ticketing.api.role;

import org.jspecify.annotations.NullMarked;
