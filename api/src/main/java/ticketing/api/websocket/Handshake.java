package ticketing.api.websocket;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.util.WebUtils;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;

/** From a request to a WebSocket (RFC 6455, section 4.2). Extensions are never agreed on: compressing would be done anew for every client. */
public final class Handshake {

    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;
    private static final String APPENDED_TO_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final String SEC_VERSION = "Sec-WebSocket-Version";
    private static final String SEC_KEY = "Sec-WebSocket-Key";
    private static final String SEC_ACCEPT = "Sec-WebSocket-Accept";
    private static final String SEC_PROTOCOL = "Sec-WebSocket-Protocol";

    private Handshake() {}

    /**
     * Looks whether this is somebody who wants a WebSocket and may have one.
     *
     * @param origins foreign web origins whose pages may have one, in addition to our own; who is no browser says no origin
     * @throws Problem if not
     */
    public static void check(HttpServletRequest request, Collection<String> origins) {
        if (!tokens(request, HttpHeaders.UPGRADE).anyMatch("websocket"::equals)
                || tokens(request, HttpHeaders.CONNECTION).noneMatch("upgrade"::equals)) {
            throw new Problem(ProblemCode.MALFORMED_REQUEST, "This path takes WebSockets only.")
                    .withHeader(HttpHeaders.UPGRADE, "websocket");
        }
        if (!VERSION.equals(request.getHeader(SEC_VERSION)) || !isKey(request.getHeader(SEC_KEY))) {
            throw new Problem(ProblemCode.MALFORMED_REQUEST, "WebSockets have to be of version 13, with a key.")
                    .withHeader(SEC_VERSION, VERSION);
        }
        if (!isOwn(request) && !origins.contains(request.getHeader(HttpHeaders.ORIGIN))) {
            throw new Problem(ProblemCode.FORBIDDEN, "Pages of this origin may not watch.");
        }
    }

    private static boolean isOwn(HttpServletRequest request) {
        try {
            return WebUtils.isSameOrigin(new ServletServerHttpRequest(request));
        } catch (IllegalArgumentException e) {
            return false; // no URL at all
        }
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The first of the subprotocols that the client names, in its order, which is one of these; empty if there is none, or if it names none. */
    public static Optional<String> subprotocol(HttpServletRequest request, Collection<String> supported) {
        return values(request, SEC_PROTOCOL).filter(supported::contains).findFirst();
    }

    /**
     * Makes the request, which was {@link #check looked at}, a WebSocket.
     *
     * @param protocol what was agreed on, if anything
     * @param opening called once the client has been told; may throw if it cannot be served after all
     */
    public static void accept(
            HttpServletRequest request,
            HttpServletResponse response,
            Optional<String> protocol,
            Writers writers,
            Function<Connection, Outgoing> opening)
            throws IOException, ServletException {
        response.setHeader(HttpHeaders.UPGRADE, "websocket");
        response.setHeader(HttpHeaders.CONNECTION, "upgrade");
        response.setHeader(SEC_ACCEPT, acceptOf(request.getHeader(SEC_KEY)));
        protocol.ifPresent(agreed -> response.setHeader(SEC_PROTOCOL, agreed));
        request.upgrade(Connection.class).prepare(writers, opening);
    }

    private static String acceptOf(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + APPENDED_TO_KEY).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    private static Stream<String> tokens(HttpServletRequest request, String header) {
        return values(request, header).map(value -> value.toLowerCase(Locale.ROOT));
    }

    private static Stream<String> values(HttpServletRequest request, String header) {
        List<String> lines = Collections.list(request.getHeaders(header));
        return lines.stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }
}
