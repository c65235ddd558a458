/** What happens, for other systems: asked for, as a stream, and sent to them. */
@NullMarked
package ticketing.api.feed;

import org.jspecify.annotations.NullMarked;
