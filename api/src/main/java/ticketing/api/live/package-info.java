/** The live seat map over HTTP: as a WebSocket, as server-sent events and as a plain answer. */
@NullMarked
package ticketing.api.live;

import org.jspecify.annotations.NullMarked;
