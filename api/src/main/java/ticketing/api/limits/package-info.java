/** How much one caller may ask for in how much time. */
@NullMarked
package ticketing.api.limits;

import org.jspecify.annotations.NullMarked;
