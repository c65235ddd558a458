/** Shows, their seats and what is printed on them. */
@NullMarked
package ticketing.query.show;

import org.jspecify.annotations.NullMarked;
