@NullMarked
package ticketing.api.role;

import org.jspecify.annotations.NullMarked;
