@NullMarked
package ticketing.api.deployment;

import org.jspecify.annotations.NullMarked;
