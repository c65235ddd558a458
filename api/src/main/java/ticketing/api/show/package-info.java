/** Events over HTTP: reading, writing, searching. */
@NullMarked
package ticketing.api.show;

import org.jspecify.annotations.NullMarked;
