/** Answers that are the same for all strangers: made once for each change, kept as the bytes that are sent, and given out before anything else looks at the request. */
@NullMarked
package ticketing.api.prepared;

import org.jspecify.annotations.NullMarked;
