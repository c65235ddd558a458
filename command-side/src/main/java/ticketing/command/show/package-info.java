/** Shows decide what is for sale, when and at which price. */
@NullMarked
package ticketing.command.show;

import org.jspecify.annotations.NullMarked;
