/** The parts that run inside the program by default: a real PostgreSQL and the directory in which it keeps its data. */
@NullMarked
package ticketing.api.embedded;

import org.jspecify.annotations.NullMarked;
