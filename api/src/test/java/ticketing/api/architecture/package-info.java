/** Who may use whom. */
@NullMarked
package ticketing.api.architecture;

import org.jspecify.annotations.NullMarked;
