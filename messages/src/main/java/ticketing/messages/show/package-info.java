/** Shows: what the API calls events. */
@NullMarked
package ticketing.messages.show;

import org.jspecify.annotations.NullMarked;
