package ticketing.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over connections that are kept, one for each request that is under way. It does what a load test needs and no more: whoever loads the machine that is
 * measured must cost it little, and a general client costs as much as the answer.
 */
final class Wire implements AutoCloseable {

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    /** Shorter than any server's, so that no request meets a connection that is being closed. */
    private static final Duration KEPT = Duration.ofSeconds(5);

    private static final int LONGEST_LINE = 16_384;
    private static final int LARGEST_BODY = 64 << 20;

    /** @param body empty where there was none */
    @SuppressWarnings("ArrayRecordComponent") // read once
    record Reply(int status, byte[] body) {}

    private final URI address;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

    Wire(URI address) {
        this.address = address;
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @param headers each ending with CR and LF
     * @throws IOException if there is no answer within half a minute
     */
    Reply send(String method, String path, String headers, byte @Nullable [] body) throws IOException {
        Connection connection = free();
        Reply reply;
        try {
            reply = connection.exchange(method, path, headers, body);
        } catch (IOException e) {
            connection.close();
            throw e;
        }
        if (connection.reusable) {
            connection.idleSince = System.nanoTime();
            idle.push(connection);
        } else {
            connection.close();
        }
        return reply;
    }

    private Connection free() throws IOException {
        for (Connection kept = idle.poll(); kept != null; kept = idle.poll()) {
            if (System.nanoTime() - kept.idleSince < KEPT.toNanos()) {
                return kept;
            }
            kept.close();
        }
        return new Connection();
    }

    @Override
    public void close() {
        for (Connection kept = idle.poll(); kept != null; kept = idle.poll()) {
            kept.close();
        }
    }

    private final class Connection {

        private final Socket socket = new Socket();
        private final InputStream in;
        private boolean reusable = true;
        private long idleSince;

        Connection() throws IOException {
            try {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout((int) ANSWER_WITHIN.toMillis());
                socket.connect(
                        new InetSocketAddress(address.getHost(), address.getPort()), (int) CONNECT_WITHIN.toMillis());
                in = new BufferedInputStream(socket.getInputStream(), 4_096);
            } catch (IOException e) {
                close();
                throw e;
            }
        }

        Reply exchange(String method, String path, String headers, byte @Nullable [] body) throws IOException {
            StringBuilder head = new StringBuilder(256)
                    .append(method)
                    .append(' ')
                    .append(path)
                    .append(" HTTP/1.1\r\nHost: ")
                    .append(address.getAuthority())
                    .append("\r\n")
                    .append(headers);
            if (body != null) {
                head.append("Content-Length: ").append(body.length).append("\r\n");
            }
            byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
            byte[] whole = new byte[start.length + (body == null ? 0 : body.length)];
            System.arraycopy(start, 0, whole, 0, start.length);
            if (body != null) {
                System.arraycopy(body, 0, whole, start.length, body.length);
            }
            socket.getOutputStream().write(whole);
            return reply(method);
        }

        private Reply reply(String method) throws IOException {
            String statusLine = line();
            if (!statusLine.startsWith("HTTP/1.1 ")) {
                throw new IOException("not an answer: " + statusLine);
            }
            int status = Integer.parseInt(statusLine.substring(9, 12));
            int length = -1;
            boolean chunked = false;
            for (String header = line(); !header.isEmpty(); header = line()) {
                int colon = header.indexOf(':');
                String name = header.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
                String value = header.substring(colon + 1).trim();
                switch (name) {
                    case "content-length" -> length = Integer.parseInt(value);
                    case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                    case "connection" -> reusable = !value.equalsIgnoreCase("close");
                    default -> {
                        // Of no concern to a load test.
                    }
                }
            }
            if (status == 204 || status == 304 || method.equals("HEAD")) {
                return new Reply(status, new byte[0]);
            }
            if (chunked) {
                return new Reply(status, chunks());
            }
            if (length < 0) {
                throw new IOException("an answer of unknown length");
            }
            return new Reply(status, bytes(length));
        }

        private byte[] chunks() throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            while (true) {
                int size = Integer.parseInt(line(), 16);
                body.writeBytes(bytes(size));
                if (body.size() > LARGEST_BODY) {
                    throw new IOException("too large an answer");
                }
                // The line's end behind a chunk, or the empty line behind the last.
                line();
                if (size == 0) {
                    return body.toByteArray();
                }
            }
        }

        private byte[] bytes(int length) throws IOException {
            if (length > LARGEST_BODY) {
                throw new IOException("too large an answer");
            }
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new EOFException("an answer that broke off");
            }
            return bytes;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder(64);
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException("closed by the program");
                }
                if (line.length() > LONGEST_LINE) {
                    throw new IOException("too long a line");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // It was to be gone.
            }
        }
    }
}
