/**
 * WebSockets (RFC 6455) for crowds: the program tells many clients the same and hardly listens. A connection has no thread and no buffer of its own; a few
 * threads write to all of them, whole frames that were encoded once.
 */
@NullMarked
package ticketing.api.websocket;

import org.jspecify.annotations.NullMarked;
