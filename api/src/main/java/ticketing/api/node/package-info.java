/** Several processes of this program on one database. */
@NullMarked
package ticketing.api.node;

import org.jspecify.annotations.NullMarked;
