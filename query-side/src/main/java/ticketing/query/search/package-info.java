/** Finding shows, from PostgreSQL. */
@NullMarked
package ticketing.query.search;

import org.jspecify.annotations.NullMarked;
